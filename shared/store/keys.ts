/**
 * Row keys. All rows of a tenant share its partition; the kind of a row is the first part of its key.
 *
 * Characters are escaped as `!` and two hexadecimal digits, for these reasons:
 *
 * - A key must not contain `/ \ # ?` or control characters, and `|` separates its parts.
 * - `'` and `%`: URLs contain keys between quotes.
 * - `{` and `}`: the SDK takes a brace in the answer to a transaction for an error.
 * - `--changesetresponse_`: the answer contains the key of each new row, and the SDK splits the answer at this text.
 * - U+2028 and U+2029, as `!l` and `!p`: Azurite reads a key only up to a line or paragraph separator.
 *
 * No escape is longer than three characters. A part that becomes too long ends in a hash of the whole text.
 */
import { createHash } from 'node:crypto';
import type { PropertyName, QuarantinedValue } from '../directory/objects.ts';
import { type Space, spaceOf, textOf, type ValueKey } from '../directory/values.ts';

/** The kinds of rows, in the order that they have in a partition. */
export type RowKind = 'error' | 'failure' | 'history' | 'object' | 'removed' | 'summary' | 'vacated' | 'value';

// A key has at most 512 characters. The longest is the key of an error: 22 + 240 + 1 + 24 + 1 + 7 + 1 + 177.
const longestPart = 240;
// eslint-disable-next-line no-control-regex -- a key must not contain control characters
const forbidden = /[/\\#?|!'%{}\u0000-\u001f\u007f-\u009f\u2028\u2029]|-(?=-changesetresponse_)/g;
const separators: Readonly<Record<string, string>> = { '\u2028': 'l', '\u2029': 'p' };
const separatorOf: Readonly<Record<string, string>> = { l: '\u2028', p: '\u2029' };

/** Escapes a text for use as a part of a row key. Different texts become different parts. */
export function keyPart(text: string): string {
  const escaped = text.replace(forbidden, (character) => {
    return `!${separators[character] ?? character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  if (escaped.length <= longestPart) return escaped;
  // "!~" is no escape, so a shortened part never equals another part.
  const hash = createHash('sha256').update(text).digest('hex');
  const start = escaped.slice(0, longestPart - hash.length - 2);
  return `${start.isWellFormed() ? start : start.slice(0, -1)}!~${hash}`;
}

/** Returns the text of a part of a row key; null if the part ends in a hash, or {@link keyPart} never writes it. */
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
 * `error|<property>|<value>|<when started>|<place>|<source anchor>`: sorted by key, the longest waiting object comes first.
 *
 * Rows that an earlier version or a sweep wrote have no place.
 */
export function errorRowKey(
  key: ValueKey,
  { whenStarted, place }: Pick<QuarantinedValue, 'whenStarted' | 'place'>,
  sourceAnchor: string,
): string {
  const since = place === undefined ? whenStarted : `${whenStarted}|${String(place).padStart(placeDigits, '0')}`;
  return `${errorPrefix(key)}${since}|${keyPart(sourceAnchor)}`;
}

/** The prefix of the error keys of all objects that wait for a value. */
export function errorPrefix(key: ValueKey): string {
  return `error|${propertyOfSpace(spaceOf(key))}|${keyPart(textOf(key))}|`;
}

/** Returns the property that provisioning errors about a name space name. */
export function propertyOfSpace(space: Space): PropertyName {
  return space === 'upn' ? 'UserPrincipalName' : 'ProxyAddresses';
}

/** `vacated|<space>|<value>|<run id>`: one row each time that a value becomes vacant. */
export function vacatedRowKey(key: ValueKey, runId: string): string {
  return `vacated|${storedSpace(key)}|${keyPart(textOf(key))}|${runId}`;
}

/** `vacated|object|<source anchor>|<run id>`: one row each time that an object is deleted. */
export function deletedRowKey(sourceAnchor: string, runId: string): string {
  return `vacated|object|${keyPart(sourceAnchor)}|${runId}`;
}

const lastMillisecond = 9_999_999_999_999;

/** Writes a moment, in milliseconds since 1970, so that sorted by key the newest comes first. */
function inverted(moment: number): string {
  return String(lastMillisecond - moment).padStart(13, '0');
}

/** Reads an inverted time; returns an invalid date if the text is not one. */
export function momentOfInverted(text: string): Date {
  return new Date(lastMillisecond - Number(text));
}

/** Identifies an event of the history: what happened to which quarantine, and in which export or sweep. */
type HistoryEventId = {
  readonly at: Date;
  readonly event: string;
  readonly runId: string;
  readonly key: ValueKey;
  readonly sourceAnchor: string;
  readonly objectId: string;
  readonly whenStarted: string;
};

/**
 * `history|<inverted time>|<run id>|<event>|<hash of the quarantine>`: sorted by key, the newest event comes first.
 *
 * The run id keeps the events of two runs within one millisecond apart.
 */
export function historyRowKey({ at, event, runId, sourceAnchor, ...quarantine }: HistoryEventId): string {
  const hash = createHash('sha256')
    .update(`${quarantineId(quarantine)}|${sourceAnchor}`)
    .digest('hex')
    .slice(0, 32);
  return `history|${inverted(at.getTime())}|${keyPart(runId)}|${event}|${hash}`;
}

/** Identifies a quarantine by the value, the object, and the moment when it began. */
export function quarantineId({
  key,
  objectId,
  whenStarted,
}: Pick<HistoryEventId, 'key' | 'objectId' | 'whenStarted'>): string {
  return `${storedValue(key)}|${objectId}|${whenStarted}`;
}

/**
 * `history|<inverted time>|<event>|<property>|<value>|<source anchor>`: the key of an event that an earlier version wrote.
 * Such rows are still read.
 */
export function earlierHistoryRowKey(at: Date, event: string, key: ValueKey, sourceAnchor: string): string {
  return `history|${inverted(at.getTime())}|${event}|${propertyOfSpace(spaceOf(key))}|${keyPart(textOf(key))}|${keyPart(sourceAnchor)}`;
}

/** Returns the range of the history since a moment. */
export function historySince(since: Date): KeyRange {
  return { from: 'history|', below: `history|${inverted(since.getTime() - 1)}` };
}

/** The kinds of rows that are sorted by time, the newest first. */
export type TimedKind = 'history';

/** Returns the range of the rows of a kind from before a moment. */
export function timedRowsBefore(kind: TimedKind, before: Date): KeyRange {
  // Before 1970 an inverted time has one more digit, and sorts wrongly.
  return { from: `${kind}|${inverted(Math.max(before.getTime(), 1) - 1)}`, below: keysFrom(`${kind}|`).below };
}

/** `removed|<kind>`: the moment before which rows of the kind were removed because they had expired. */
export function removedRowKey(kind: TimedKind): string {
  return `removed|${kind}`;
}

/** `failure|<source anchor>` */
export function failureRowKey(sourceAnchor: string): string {
  return `failure|${keyPart(sourceAnchor)}`;
}

/** A range of keys: `from` is in it, `below` is not. */
export type KeyRange = { readonly from: string; readonly below: string };

/** Returns the part of a range that follows one of its keys. */
export function keysAfter(rowKey: string, { below }: KeyRange): KeyRange {
  // A key contains no control characters, so a space is the smallest character that can follow.
  return { from: `${rowKey} `, below };
}

/** Returns the range from one key to another, including both. */
export function keysUpTo(from: string, last: string): KeyRange {
  // As above, longer keys that begin with `last` are not in the range.
  return { from, below: `${last} ` };
}

/** Returns the range of the keys that begin with a prefix. */
export function keysFrom(prefix: string): KeyRange {
  const last = prefix.length - 1;
  return { from: prefix, below: prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1) };
}
