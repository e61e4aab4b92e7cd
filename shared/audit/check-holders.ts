/**
 * Checks that a value has one holder.
 *
 * If two spellings are equal now that an earlier version kept apart, two objects can hold the value. The repair leaves it
 * with the earlier holder and makes the others wait for it.
 */
import { choosePlaceholder } from '../directory/placeholder.ts';
import { type DirectoryObject, type QuarantinedValue, spellingOf, userPrincipalNameOf } from '../directory/objects.ts';
import { smtpKey, spaceOf, upnKey, type ValueKey } from '../directory/values.ts';
import { propertyOfSpace, valueRowKey } from '../store/keys.ts';
import type { RowWrite } from '../store/submit-transaction.ts';
import { historyToRow } from '../store/history-row.ts';
import { valueToRow } from '../store/value-row.ts';
import { objectToRow } from '../store/object-row.ts';
import type { ReadRow } from '../store/row.ts';
import type { ExpectedValue, ExpectedRows } from './expected-rows.ts';
import type { Finding, RepairStamp } from './finding.ts';
import { formerKey } from './former-key.ts';
import type { TenantRows } from './tenant-rows.ts';

type Context = { readonly expected: ExpectedRows; readonly rows: TenantRows['rows']; readonly stamp: RepairStamp };
type Holder = ExpectedValue['holders'][number];

/** Returns the findings about a value that several objects hold. */
export function checkHolders(value: ExpectedValue, context: Context): readonly Finding[] {
  const { key, holders } = value;
  const rowKey = valueRowKey(key);
  const anchors = holders.map(({ sourceAnchor }) => `"${sourceAnchor}"`).join(' and ');
  const objects = Object.fromEntries(holders.map((one) => [one.row.rowKey, one.row.etag]));
  const finding = (detail: string, evidence: Finding['evidence'], repair: Finding['repair']): Finding => {
    return { code: 'ValueHeldTwice', rowKey, detail, evidence: { ...objects, ...evidence }, repair };
  };
  const detail = `The value "${key}" is held by the objects ${anchors}.`;
  const [keeper, ...later] = inOrderOfHolding(value, context.rows) ?? [];
  if (!keeper) return [finding(detail, { [rowKey]: context.rows.value.get(rowKey)?.etag ?? null }, null)];
  return later.map(({ holder, row }) =>
    finding(
      `${detail} "${keeper.holder.sourceAnchor}" held it first, and "${holder.sourceAnchor}" took it later in another spelling.`,
      { [keeper.row.rowKey]: keeper.row.etag, [row.rowKey]: row.etag },
      quarantineAt(holder, { ...context, key, keeper: keeper.holder }),
    ),
  );
}

type Holding = { readonly holder: Holder; readonly row: ReadRow };

/** Returns the holders, the earliest first; undefined if one of them has no value row that shows when it took the value. */
function inOrderOfHolding({ key, holders }: ExpectedValue, rows: TenantRows['rows']): readonly Holding[] | undefined {
  const holdings: Holding[] = [];
  for (const holder of holders) {
    const former = formerKey(propertyOfSpace(spaceOf(key)), spellingOf(holder.object, key));
    const row = [key, former]
      .map((spelling) => rows.value.get(valueRowKey(spelling)))
      .find((stored) => stored?.holder === holder.sourceAnchor);
    if (!row) return undefined;
    holdings.push({ holder, row });
  }
  const writtenAt = ({ row }: Holding): string => String(row.timestamp);
  return holdings.toSorted((left, right) => {
    if (writtenAt(left) !== writtenAt(right)) return writtenAt(left) < writtenAt(right) ? -1 : 1;
    return left.holder.sourceAnchor < right.holder.sourceAnchor ? -1 : 1;
  });
}

/** Makes an object wait for a value that it holds. The rows of the value and of the error are repaired in the next round. */
function quarantineAt(
  { object, row, isUnfinished }: Holder,
  { key, keeper, stamp, ...context }: Context & { readonly key: ValueKey; readonly keeper: Holder },
): Finding['repair'] {
  if (isUnfinished || spaceOf(key) === 'other') return null;
  const whenStarted = stamp.now.toISOString();
  const propertyName = propertyOfSpace(spaceOf(key));
  const propertyValue = spellingOf(object, key);
  const entry: QuarantinedValue = { propertyName, propertyValue, whenStarted };
  const placeholder =
    propertyName === 'UserPrincipalName' ? placeholderFor(object, { ...context, stamp }) : object.placeholder;
  if (propertyName === 'UserPrincipalName' && placeholder === null) return null;
  const after: DirectoryObject = { ...object, placeholder, quarantined: [...object.quarantined, entry] };
  const from = { sourceAnchor: keeper.sourceAnchor, displayName: keeper.object.exported.displayName };
  const by = { kind: 'sweep', runId: stamp.repairId } as const;
  const past = {
    event: 'quarantined',
    at: stamp.now,
    key,
    propertyValue,
    whenStarted,
    object: after,
    from,
    by,
  } as const;
  return {
    kind: 'write',
    touches: null,
    writes: [
      { kind: 'replace', row: objectToRow(after, stamp.repairId), etag: row.etag },
      { kind: 'create', row: historyToRow(past) },
      // Creating these rows fails if another object has taken the name in the meantime.
      ...(placeholder === object.placeholder ? [] : namesOf(after)),
    ],
  };
}

function namesOf(object: DirectoryObject): readonly RowWrite[] {
  const name = userPrincipalNameOf(object) ?? '';
  const keys = object.exported.exchangeLicensed ? [upnKey(name), smtpKey(name)] : [upnKey(name)];
  const held = { holder: object.sourceAnchor, waiting: 0, vacatedBy: null };
  return keys.map((key) => ({ kind: 'create', row: valueToRow(key, held) }));
}

function placeholderFor({ exported }: DirectoryObject, { expected, rows, stamp }: Context): string | null {
  if (!stamp.placeholders || exported.userPrincipalName === null) return null;
  const { form, random } = stamp.placeholders;
  const hasRow = (key: ValueKey): boolean => expected.values.has(valueRowKey(key)) || rows.value.has(valueRowKey(key));
  const isTaken = (name: string): boolean => hasRow(upnKey(name)) || hasRow(smtpKey(name));
  return choosePlaceholder(exported.userPrincipalName, form, { isTaken, random });
}
