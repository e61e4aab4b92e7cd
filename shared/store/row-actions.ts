/**
 * Turns transitions of objects into the row actions of one entity group transaction.
 *
 * Each step is guarded by the ETags of the object rows and value rows that it was planned on. Two things need no ETag:
 *
 * - An object that gives a value up clears the holder of the value's row without having read it: who holds a value
 *   changes only together with the object's own row, whose ETag is checked. The count of those who wait stays.
 * - A `vacated|` row exists exactly as long as its value is vacant, under the id of the operation that vacated it. It
 *   is deleted by whoever ends the vacancy. Deleting a row that is not there fails, and so its deletion is a condition
 *   that a delete inside a transaction, which takes no ETag, otherwise could not have.
 */
import type { TransactionAction } from '@azure/data-tables';
import { type Quarantine, type ValueChanges, valueChanges } from '../directory/transitions/transition.ts';
import { quarantinedValues, type DirectoryObject } from '../directory/objects.ts';
import type { WrittenTransition } from '../directory/transitions/cut-transition.ts';
import type { ValueKey } from '../directory/values.ts';
import { deletedRowKey, errorRowKey, vacatedRowKey } from './keys.ts';
import {
  deletedToRow,
  deletionToRow,
  errorRowIsSame,
  errorToRow,
  type HistoryEntry,
  historyToRow,
  isUnfinished,
  objectToRow,
  type Row,
  type StoredObject,
  type StoredValue,
  type Vacancy,
  vacancyToRow,
  valueToRow,
} from './rows.ts';

/** What is known of the rows of a tenant, as last read or written. A value that is not there is free. */
export type KnownRows = {
  readonly objects: Map<string, StoredObject>;
  readonly values: Map<ValueKey, StoredValue>;
};

/** The export or sweep on whose behalf rows are written, and its time. */
export type Writer = {
  readonly kind: 'export' | 'sweep';
  readonly runId: string;
  readonly now: Date;
  /** Who had the vacant values that a sweep gives out; for the history. */
  readonly previousHolders?: ReadonlyMap<ValueKey, Vacancy['from']>;
};

/** One row of a transaction, and what is known of the row once the transaction has succeeded. */
export type RowAction = {
  readonly action: TransactionAction;
  readonly afterWrite?: (known: KnownRows, etag: string) => void;
};

type Tenant = { readonly tenantId: string };

/** Builds the row actions for transitions that are to take place together. */
export function rowActions(
  transitions: readonly WrittenTransition[],
  known: KnownRows,
  { tenantId, ...writer }: Writer & Tenant,
): readonly RowAction[] {
  const partition = partitionActions(tenantId);
  const changes = transitions.map((transition) => ({ transition, ...valueChanges(transition) }));
  const net = netValues(changes);
  const context = { known, writer, partition, net };
  return [
    ...changes.flatMap(({ transition }) => objectActions(transition, context)),
    ...[...net].flatMap(([key, change]) => valueActions(key, change, context)),
    ...changes.flatMap((change) => errorActions(change, context)),
    ...changes.flatMap((change) => historyActions(change, context)),
  ];
}

/** Rows were read while others changed them, and do not fit together: a race is lost before anything is written. */
export class StalePlan extends Error {}

type Partition = ReturnType<typeof partitionActions>;
type Context = {
  readonly known: KnownRows;
  readonly writer: Writer;
  readonly partition: Partition;
  readonly net: ReadonlyMap<ValueKey, NetChange>;
};
type Change = ValueChanges & { readonly transition: WrittenTransition };

function partitionActions(partitionKey: string) {
  return {
    create: (row: Row): TransactionAction => ['create', { partitionKey, ...row }],
    replace: (row: Row, etag: string): TransactionAction => ['update', { partitionKey, ...row }, 'Replace', { etag }],
    merge: (row: Row): TransactionAction => ['update', { partitionKey, ...row }, 'Merge'],
    put: (row: Row): TransactionAction => ['upsert', { partitionKey, ...row }, 'Replace'],
    remove: (rowKey: string): TransactionAction => ['delete', { partitionKey, rowKey }],
  };
}

function objectActions(
  { sourceAnchor, before, after, isPart }: WrittenTransition,
  { known, writer, partition }: Context,
): readonly RowAction[] {
  const stored = known.objects.get(sourceAnchor);
  const { runId } = writer;
  const writtenBy = isPart ? `${runId}/part` : runId;
  if (!after) {
    const row = deletedToRow(sourceAnchor, runId);
    const afterWrite = (rows: KnownRows, etag: string): void => {
      rows.objects.set(sourceAnchor, { etag, writtenBy, deletedBy: runId });
    };
    return [
      { action: partition.replace(row, etagOf(stored, sourceAnchor)), afterWrite },
      { action: partition.create(deletionToRow(sourceAnchor, runId)) },
    ];
  }
  const row = objectToRow(after, writtenBy);
  const afterWrite = (rows: KnownRows, etag: string): void => {
    rows.objects.set(sourceAnchor, { etag, writtenBy, object: after });
  };
  if (!stored) return [{ action: partition.create(row), afterWrite }];
  const write = { action: partition.replace(row, stored.etag), afterWrite };
  if (before || !stored.deletedBy) return [write];
  return [write, { action: partition.remove(deletedRowKey(sourceAnchor, stored.deletedBy)) }];
}

function etagOf(stored: StoredObject | undefined, sourceAnchor: string): string {
  if (!stored) throw new Error(`Cannot write object "${sourceAnchor}": its row was not read`);
  return stored.etag;
}

/** What several transitions together do to one value. */
type NetChange = { taker: DirectoryObject | null; giver: DirectoryObject | null; waiting: number };

function netValues(changes: readonly Change[]): ReadonlyMap<ValueKey, NetChange> {
  const net = new Map<ValueKey, NetChange>();
  const of = (key: ValueKey): NetChange => {
    let change = net.get(key);
    if (!change) net.set(key, (change = { taker: null, giver: null, waiting: 0 }));
    return change;
  };
  for (const { transition, taken, vacated, started, stopped } of changes) {
    for (const key of taken) of(key).taker = transition.after ?? null;
    for (const key of vacated) of(key).giver = transition.before ?? null;
    for (const { key } of started) of(key).waiting++;
    for (const { key } of stopped) of(key).waiting--;
  }
  return net;
}

function valueActions(
  key: ValueKey,
  { taker, giver, waiting }: NetChange,
  { known, writer, partition }: Context,
): readonly RowAction[] {
  const { runId, now } = writer;
  const stored = known.values.get(key);
  const vacate = (vacatedBy: string): RowAction => {
    const from = giver && nameOf(giver);
    return { action: partition.create(vacancyToRow({ key, operationId: vacatedBy, from, at: now })) };
  };
  if (!stored && giver && taker === null && waiting === 0) {
    const { rowKey } = valueToRow(key, { holder: null, waiting: 0, vacatedBy: null });
    return [{ action: partition.merge({ rowKey, holder: '', vacatedBy: runId }) }, vacate(runId)];
  }
  const holder = taker?.sourceAnchor ?? (giver ? null : (stored?.holder ?? null));
  // The first to wait for a vacant value renews its vacancy: a sweep that saw nobody waiting must not remove it now.
  const isRenewed = stored?.waiting === 0 && waiting > 0;
  const vacatedBy = isRenewed ? `${runId}~` : (stored?.vacatedBy ?? runId);
  const next = {
    holder,
    waiting: (stored?.waiting ?? 0) + waiting,
    vacatedBy: holder === null ? vacatedBy : null,
  };
  if (stored?.holder === holder && waiting === 0) return [];
  const isStolen = taker && !giver && (stored?.holder ?? holder) !== holder;
  if (next.waiting < 0 || isStolen) {
    throw new StalePlan(`Cannot write value "${key}": the plan does not fit what was read`);
  }
  const afterWrite = (rows: KnownRows, etag: string): void => {
    rows.values.set(key, { ...next, etag });
  };
  const row = valueToRow(key, next);
  const actions: RowAction[] = [
    { action: stored ? partition.replace(row, stored.etag) : partition.create(row), afterWrite },
  ];
  if (stored?.vacatedBy && stored.vacatedBy !== next.vacatedBy) {
    actions.push({ action: partition.remove(vacatedRowKey(key, stored.vacatedBy)) });
  }
  if (next.vacatedBy && next.vacatedBy !== stored?.vacatedBy) actions.push(vacate(next.vacatedBy));
  return actions;
}

function errorActions(
  { transition, started, stopped, ongoing }: Change,
  { known, partition }: Context,
): readonly RowAction[] {
  const { sourceAnchor, after } = transition;
  const shown = transition.shownAs ?? after;
  const actions: RowAction[] = [];
  for (const { key, quarantined } of stopped) {
    actions.push({ action: partition.remove(errorRowKey(key, quarantined, sourceAnchor)) });
  }
  if (!shown) return actions;
  for (const { quarantined } of started) actions.push({ action: partition.create(errorToRow(shown, quarantined)) });
  const asShown = quarantinedValues(shown);
  for (const { key, quarantined } of restamped(transition, ongoing, known)) {
    // Its address may be spelled in another way by then.
    actions.push({ action: partition.put(errorToRow(shown, asShown.get(key) ?? quarantined)) });
  }
  return actions;
}

/** Gives the standing errors whose rows show something of the object that changed, or may show what it never became. */
function restamped(
  { sourceAnchor, before, after, restamp }: WrittenTransition,
  kept: readonly Quarantine[],
  known: KnownRows,
): readonly Quarantine[] {
  if (restamp) return kept.filter(({ key }) => restamp.has(key));
  if (!before || !after || kept.length === 0) return [];
  const stored = known.objects.get(sourceAnchor);
  if (stored && isUnfinished(stored)) return kept;
  if (!errorRowIsSame(before, after)) return kept;
  return kept.filter(({ quarantined }) => !before.quarantined.some((same) => isSame(same, quarantined)));
}

function isSame(left: Quarantine['quarantined'], right: Quarantine['quarantined']): boolean {
  return left.propertyName === right.propertyName && left.propertyValue === right.propertyValue;
}

function historyActions({ transition, taken, started, stopped }: Change, context: Context): readonly RowAction[] {
  const { writer, partition } = context;
  const { before, after } = transition;
  const by = { kind: writer.kind, operationId: writer.runId };
  const record = (
    event: HistoryEntry['event'],
    object: DirectoryObject,
    { key, quarantined }: Quarantine,
  ): RowAction => {
    const { propertyValue, whenStarted } = quarantined;
    const from = event === 'released' ? holderUntil(key, context) : holderSince(key, context);
    const row = historyToRow({ event, at: writer.now, key, propertyValue, whenStarted, object, from, by });
    return { action: partition.create(row) };
  };
  // An object that was deleted and added again within an export gets what it asks for; the one before has only stopped to wait.
  const gained = new Set(before?.objectId === after?.objectId ? taken : []);
  const end = (key: ValueKey): HistoryEntry['event'] => (gained.has(key) ? 'released' : 'withdrawn');
  return [
    ...(after ? started.map((awaited) => record('quarantined', after, awaited)) : []),
    ...(before ? stopped.map((awaited) => record(end(awaited.key), before, awaited)) : []),
  ];
}

/** Names the object that had a value until it was released. */
function holderUntil(key: ValueKey, { net, writer }: Context): HistoryEntry['from'] {
  const giver = net.get(key)?.giver;
  return giver ? nameOf(giver) : (writer.previousHolders?.get(key) ?? null);
}

/** Names the object that has a value from now on, or has it still. */
function holderSince(key: ValueKey, { known, net }: Context): HistoryEntry['from'] {
  const taker = net.get(key)?.taker;
  if (taker) return nameOf(taker);
  const holder = known.values.get(key)?.holder;
  if (!holder) return null;
  return { sourceAnchor: holder, displayName: known.objects.get(holder)?.object?.exported.displayName ?? null };
}

function nameOf({ sourceAnchor, exported }: DirectoryObject): NonNullable<HistoryEntry['from']> {
  return { sourceAnchor, displayName: exported.displayName };
}
