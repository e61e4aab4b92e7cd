/**
 * Row keys. All rows of a tenant share its partition; the kind of a row is the first part of its key.
 *
 * A key part is escaped with `!` and two hexadecimal digits, because a key must not hold `/ \ # ?` or control
 * characters, and `|` separates the parts. `' % { }` are escaped too: keys stand in URLs between quotes, and the SDK
 * takes a brace in the answer to a transaction for an error. The answer names the key of each new row, and the SDK splits
 * it at `--changesetresponse_`, so a key must not hold that text either. Azurite reads a key only up to the separators of
 * lines and paragraphs, U+2028 and U+2029: they are `!l` and `!p`, which keeps every escape at most three characters long.
 * A part that becomes too long ends in a hash of the whole.
 */
import { createHash } from 'node:crypto';
import type { PropertyName, QuarantinedValue } from '../directory/objects.ts';
import { type Space, spaceOf, textOf, type ValueKey } from '../directory/values.ts';

/** The kinds of rows, in the order in which they lie in a partition. */
export type RowKind = 'error' | 'failure' | 'history' | 'object' | 'removed' | 'summary' | 'vacated' | 'value';

// A key holds 512 characters; the longest is that of an error: 22 + 240 + 1 + 24 + 1 + 7 + 1 + 177.
const longestPart = 240;
// eslint-disable-next-line no-control-regex -- control characters are what a key must not hold
const forbidden = /[/\\#?|!'%{}\u0000-\u001f\u007f-\u009f\u2028\u2029]|-(?=-changesetresponse_)/g;
const separators: Readonly<Record<string, string>> = { '\u2028': 'l', '\u2029': 'p' };
const separatorOf: Readonly<Record<string, string>> = { l: '\u2028', p: '\u2029' };

/** Escapes a text for use as a part of a row key. Different texts give different parts. */
export function keyPart(text: string): string {
  const escaped = text.replace(forbidden, (character) => {
    return `!${separators[character] ?? character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  if (escaped.length <= longestPart) return escaped;
  // "!~" occurs in no escaped text, so that a cut part is never equal to a whole one.
  const hash = createHash('sha256').update(text).digest('hex');
  const start = escaped.slice(0, longestPart - hash.length - 2);
  return `${start.isWellFormed() ? start : start.slice(0, -1)}!~${hash}`;
}

/** Gives the text of a part of a row key; null where the part ends in a hash, or is none that {@link keyPart} writes. */
export function textOfKeyPart(part: string): string | null {
  const text = part.replace(/!([0-9a-f]{2}|[lp])/g, (_, code: string) => {
    return separatorOf[code] ?? String.fromCharCode(parseInt(code, 16));
  });
  return keyPart(text) === part ? text : null;
}

/** Returns a key as rows store it: rows call the space of SMTP addresses `proxy`. */
export function storedValue(key: ValueKey): string {
  return key.startsWith('smtp|') ? `proxy|${textOf(key)}` : key;
}

/** Returns the key of a value that {@link storedValue} wrote. */
export function valueOfStored(text: string): ValueKey {
  return (text.startsWith('proxy|') ? `smtp|${text.slice('proxy|'.length)}` : text) as ValueKey;
}

function storedSpace(key: ValueKey): string {
  const space = spaceOf(key);
  return space === 'smtp' ? 'proxy' : space;
}

/** `object|<source anchor>` */
export function objectRowKey(sourceAnchor: string): string {
  return `object|${keyPart(sourceAnchor)}`;
}

/** `value|<space>|<value>` */
export function valueRowKey(key: ValueKey): string {
  return `value|${storedSpace(key)}|${keyPart(textOf(key))}`;
}

const placeDigits = 7;

/**
 * `error|<property>|<value>|<when started>|<place>|<source anchor>`: in the order of keys, the longest waiting first.
 *
 * Rows that an earlier version wrote, and those that a sweep begins, have no place.
 */
export function errorRowKey(
  key: ValueKey,
  { whenStarted, place }: Pick<QuarantinedValue, 'whenStarted' | 'place'>,
  sourceAnchor: string,
): string {
  const since = place === undefined ? whenStarted : `${whenStarted}|${String(place).padStart(placeDigits, '0')}`;
  return `${errorPrefix(key)}${since}|${keyPart(sourceAnchor)}`;
}

/** The start of the keys of all who wait for a value; in the order of their keys, the longest waits first. */
export function errorPrefix(key: ValueKey): string {
  return `error|${propertyOfSpace(spaceOf(key))}|${keyPart(textOf(key))}|`;
}

/** The property whose errors are about a space of values. */
export function propertyOfSpace(space: Space): PropertyName {
  return space === 'upn' ? 'UserPrincipalName' : 'ProxyAddresses';
}

/** `vacated|<space>|<value>|<operation id>`: one for each time that a value falls vacant. */
export function vacatedRowKey(key: ValueKey, operationId: string): string {
  return `vacated|${storedSpace(key)}|${keyPart(textOf(key))}|${operationId}`;
}

/** `vacated|object|<source anchor>|<operation id>`: one for each time that an object is deleted. */
export function deletedRowKey(sourceAnchor: string, operationId: string): string {
  return `vacated|object|${keyPart(sourceAnchor)}|${operationId}`;
}

const lastMillisecond = 9_999_999_999_999;

/** Writes a moment, in milliseconds since 1970, so that in the order of keys the newest comes first. */
function inverted(moment: number): string {
  return String(lastMillisecond - moment).padStart(13, '0');
}

/** Reads the moment of an inverted time; an invalid date if the text is none. */
export function momentOfInverted(text: string): Date {
  return new Date(lastMillisecond - Number(text));
}

/** What tells an event of a quarantine from every other: what happened, in which export or sweep, and to which quarantine. */
export type HistoryEventId = {
  readonly at: Date;
  readonly event: string;
  readonly runId: string;
  readonly key: ValueKey;
  readonly sourceAnchor: string;
  readonly objectId: string;
  readonly whenStarted: string;
};

/**
 * `history|<inverted time>|<run id>|<event>|<hash of the quarantine>`: in the order of keys, the newest first.
 *
 * An event is written once, by the export or sweep that it is of: two runs within a millisecond never share a key.
 */
export function historyRowKey({ at, event, runId, sourceAnchor, ...quarantine }: HistoryEventId): string {
  const hash = createHash('sha256')
    .update(`${quarantineId(quarantine)}|${sourceAnchor}`)
    .digest('hex')
    .slice(0, 32);
  return `history|${inverted(at.getTime())}|${keyPart(runId)}|${event}|${hash}`;
}

/** Returns what tells a quarantine from every other: the value, the object, and the moment at which it began. */
export function quarantineId({
  key,
  objectId,
  whenStarted,
}: Pick<HistoryEventId, 'key' | 'objectId' | 'whenStarted'>): string {
  return `${storedValue(key)}|${objectId}|${whenStarted}`;
}

/**
 * `history|<inverted time>|<event>|<property>|<value>|<source anchor>`: the key under which an earlier version wrote an
 * event. Such rows are still read.
 */
export function earlierHistoryRowKey(at: Date, event: string, key: ValueKey, sourceAnchor: string): string {
  return `history|${inverted(at.getTime())}|${event}|${propertyOfSpace(spaceOf(key))}|${keyPart(textOf(key))}|${keyPart(sourceAnchor)}`;
}

/** Gives the range of the history from a moment on. */
export function historySince(since: Date): KeyRange {
  return { from: 'history|', below: `history|${inverted(since.getTime() - 1)}` };
}

/** The kinds of rows whose keys go on with an inverted time: in the order of their keys, the newest comes first. */
export type TimedKind = 'history';

/** Returns the range of the rows of a kind from before a moment. Their keys are those at the end. */
export function timedRowsBefore(kind: TimedKind, before: Date): KeyRange {
  // From 1970 back an inverted time has a digit more, and sorts wrongly.
  return { from: `${kind}|${inverted(Math.max(before.getTime(), 1) - 1)}`, below: keysFrom(`${kind}|`).below };
}

/** `removed|<kind>`: until when rows of the kind were removed for their age. */
export function removedRowKey(kind: TimedKind): string {
  return `removed|${kind}`;
}

/** `failure|<source anchor>` */
export function failureRowKey(sourceAnchor: string): string {
  return `failure|${keyPart(sourceAnchor)}`;
}

/** The range of keys that begin with a text: from `from` on, below `below`. */
export type KeyRange = { readonly from: string; readonly below: string };

/** Gives what is left of a range after one of its keys. */
export function keysAfter(rowKey: string, { below }: KeyRange): KeyRange {
  // A key holds no control characters, so a space is the least that can follow.
  return { from: `${rowKey} `, below };
}

/** Gives the range from one key to another, both included. */
export function keysUpTo(from: string, last: string): KeyRange {
  // As above: what begins with a key and goes on is greater, or equal to this.
  return { from, below: `${last} ` };
}

/** Gives the range of the keys that begin with a prefix. */
export function keysFrom(prefix: string): KeyRange {
  const last = prefix.length - 1;
  return { from: prefix, below: prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1) };
}
