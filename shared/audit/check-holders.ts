/**
 * Checks that a value has one holder. Two spellings that were two values once can be one value now, which two objects
 * then hold: the earlier holder keeps it, and the others wait for it.
 */
import { choosePlaceholder, type PlaceholderForm } from '../directory/placeholder.ts';
import { type DirectoryObject, type QuarantinedValue, spellingOf, userPrincipalNameOf } from '../directory/objects.ts';
import { smtpKey, spaceOf, upnKey, type ValueKey } from '../directory/values.ts';
import { propertyOfSpace, valueRowKey } from '../store/keys.ts';
import type { RowWrite } from '../store/submit-transaction.ts';
import { historyToRow } from '../store/history-row.ts';
import { valueToRow } from '../store/value-row.ts';
import { objectToRow } from '../store/object-row.ts';
import type { ReadRow } from '../store/row.ts';
import type { ExpectedValue, ExpectedRows } from './expected-rows.ts';
import type { Finding } from './finding.ts';
import { formerKey } from './former-key.ts';
import type { TenantRows } from './tenant-rows.ts';

/** What a repair would write: under which id it makes a value vacant, and when. */
export type RepairStamp = {
  readonly repairId: string;
  readonly now: Date;
  /** When the last sweep that has ended began: it should have released all that was vacant then. Unknown if left out. */
  readonly lastSweepAt?: Date | undefined;
  /** How the tenant writes placeholders, and chance; without it no user can be made to wait for its UPN. */
  readonly placeholders?: { readonly form: PlaceholderForm; readonly random: () => number } | undefined;
};

type Context = { readonly claims: ExpectedRows; readonly rows: TenantRows['rows']; readonly stamp: RepairStamp };
type Holder = ExpectedValue['holders'][number];

/** Returns the findings about a value that several objects hold. */
export function checkHolders(claim: ExpectedValue, context: Context): readonly Finding[] {
  const { key, holders } = claim;
  const rowKey = valueRowKey(key);
  const named = holders.map(({ sourceAnchor }) => `"${sourceAnchor}"`).join(' and ');
  const objects = Object.fromEntries(holders.map((one) => [one.row.rowKey, one.row.etag]));
  const finding = (detail: string, evidence: Finding['evidence'], repair: Finding['repair']): Finding => {
    return { code: 'ValueHeldTwice', rowKey, detail, evidence: { ...objects, ...evidence }, repair };
  };
  const detail = `The value "${key}" is on the objects ${named}.`;
  const [keeper, ...later] = inOrderOfHolding(claim, context.rows) ?? [];
  if (!keeper) return [finding(detail, { [rowKey]: context.rows.value.get(rowKey)?.etag ?? null }, null)];
  return later.map(({ holder, row }) =>
    finding(
      `${detail} "${keeper.holder.sourceAnchor}" held it first, "${holder.sourceAnchor}" later, in another spelling.`,
      { [keeper.row.rowKey]: keeper.row.etag, [row.rowKey]: row.etag },
      quarantineAt(holder, { ...context, key, keeper: keeper.holder }),
    ),
  );
}

type Holding = { readonly holder: Holder; readonly row: ReadRow };

/** Returns the holders, the earliest first, if each has a row of its own that says so; else nobody can tell. */
function inOrderOfHolding({ key, holders }: ExpectedValue, rows: TenantRows['rows']): readonly Holding[] | undefined {
  const holdings: Holding[] = [];
  for (const holder of holders) {
    const former = formerKey(propertyOfSpace(spaceOf(key)), spellingOf(holder.object, key));
    const row = [key, former]
      .map((known) => rows.value.get(valueRowKey(known)))
      .find((known) => known?.holder === holder.sourceAnchor);
    if (!row) return undefined;
    holdings.push({ holder, row });
  }
  const writtenAt = ({ row }: Holding): string => String(row.timestamp);
  return holdings.toSorted((left, right) => {
    if (writtenAt(left) !== writtenAt(right)) return writtenAt(left) < writtenAt(right) ? -1 : 1;
    return left.holder.sourceAnchor < right.holder.sourceAnchor ? -1 : 1;
  });
}

/** Makes an object wait for a value that it holds; the rows of the value and of the error follow in the next round. */
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
      // To create them is the condition that nobody has taken the name meanwhile.
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

function placeholderFor({ exported }: DirectoryObject, { claims, rows, stamp }: Context): string | null {
  if (!stamp.placeholders || exported.userPrincipalName === null) return null;
  const { form, random } = stamp.placeholders;
  const isKnown = (key: ValueKey): boolean => claims.values.has(valueRowKey(key)) || rows.value.has(valueRowKey(key));
  const isTaken = (name: string): boolean => isKnown(upnKey(name)) || isKnown(smtpKey(name));
  return choosePlaceholder(exported.userPrincipalName, form, { isTaken, random });
}
