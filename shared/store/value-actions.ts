/** The rows of the values that transitions change, and of their vacancies. */
import type { DirectoryObject } from '../directory/objects.ts';
import type { Transition, ValueChanges } from '../directory/transitions/transition.ts';
import type { ValueKey } from '../directory/values.ts';
import { vacatedRowKey } from './keys.ts';
import { nameObject } from './named-object.ts';
import { anyEtag } from './submit-transaction.ts';
import { vacancyToRow } from './vacancy-row.ts';
import { type StoredValue, valueToRow } from './value-row.ts';
import { type RowAction, StalePlan, type WriteContext } from './write-context.ts';

/** The change of one value by all transitions of a transaction together. */
export type NetChange = {
  /** The object that takes the value, and the one that vacates it. */
  readonly newHolder: DirectoryObject | null;
  readonly formerHolder: DirectoryObject | null;
  /** How many more objects wait for the value; negative if fewer. */
  readonly moreWaiting: number;
};

const noChange: NetChange = { newHolder: null, formerHolder: null, moreWaiting: 0 };

/** Adds up the changes of each value. */
export function netValues(
  changes: readonly (ValueChanges & { readonly transition: Transition })[],
): ReadonlyMap<ValueKey, NetChange> {
  const net = new Map<ValueKey, NetChange>();
  const add = (key: ValueKey, change: (sofar: NetChange) => Partial<NetChange>): void => {
    const sofar = net.get(key) ?? noChange;
    net.set(key, { ...sofar, ...change(sofar) });
  };
  for (const { transition, taken, vacated, started, stopped } of changes) {
    for (const key of taken) add(key, () => ({ newHolder: transition.after ?? null }));
    for (const key of vacated) add(key, () => ({ formerHolder: transition.before ?? null }));
    for (const { key } of started) add(key, ({ moreWaiting }) => ({ moreWaiting: moreWaiting + 1 }));
    for (const { key } of stopped) add(key, ({ moreWaiting }) => ({ moreWaiting: moreWaiting - 1 }));
  }
  return net;
}

/** Builds the rows for the change of one value. Throws {@link StalePlan} if the known row contradicts it. */
export function valueActions(
  key: ValueKey,
  change: NetChange,
  { known, runId, now }: WriteContext,
): readonly RowAction[] {
  const { newHolder, formerHolder, moreWaiting } = change;
  const stored = known.values.get(key);
  const vacate = (vacatedBy: string): RowAction => {
    const from = formerHolder && nameObject(formerHolder);
    return { write: { kind: 'create', row: vacancyToRow({ key, runId: vacatedBy, from, at: now }) } };
  };
  if (!stored && formerHolder && !newHolder && moreWaiting === 0) return [clearHolder(key, runId), vacate(runId)];

  const next = valueAfter(stored, change, runId);
  if (stored?.holder === next.holder && moreWaiting === 0) return [];
  const isTakenFromOther = newHolder && !formerHolder && (stored?.holder ?? next.holder) !== next.holder;
  if (next.waiting < 0 || isTakenFromOther) {
    throw new StalePlan(`Cannot write value "${key}": its row contradicts the plan`);
  }
  const row = valueToRow(key, next);
  const actions: RowAction[] = [
    {
      write: stored ? { kind: 'replace', row, etag: stored.etag } : { kind: 'create', row },
      afterWrite: (rows, etag) => {
        rows.values.set(key, { ...next, etag });
      },
    },
  ];
  if (stored?.vacatedBy && stored.vacatedBy !== next.vacatedBy) {
    actions.push({ write: { kind: 'remove', rowKey: vacatedRowKey(key, stored.vacatedBy) } });
  }
  if (next.vacatedBy && next.vacatedBy !== stored?.vacatedBy) actions.push(vacate(next.vacatedBy));
  return actions;
}

/** Clears the holder in a row that was not read: the number of waiting objects stays. */
function clearHolder(key: ValueKey, runId: string): RowAction {
  const { rowKey } = valueToRow(key, { holder: null, waiting: 0, vacatedBy: null });
  return { write: { kind: 'merge', row: { rowKey, holder: '', vacatedBy: runId }, etag: anyEtag } };
}

function valueAfter(
  stored: StoredValue | undefined,
  { newHolder, formerHolder, moreWaiting }: NetChange,
  runId: string,
): Omit<StoredValue, 'etag'> {
  const holder = newHolder?.sourceAnchor ?? (formerHolder ? null : (stored?.holder ?? null));
  // The first object that waits for a vacant value renews its vacancy: a sweep that saw none waiting must not remove it now.
  const isRenewed = stored?.waiting === 0 && moreWaiting > 0;
  const vacatedBy = isRenewed ? `${runId}~` : (stored?.vacatedBy ?? runId);
  return { holder, waiting: (stored?.waiting ?? 0) + moreWaiting, vacatedBy: holder === null ? vacatedBy : null };
}
