/** The rows that a transition adds to the history. */
import type { DirectoryObject } from '../directory/objects.ts';
import type { Quarantine, Transition, ValueChanges } from '../directory/transitions/transition.ts';
import type { ValueKey } from '../directory/values.ts';
import { type HistoryEvent, historyToRow } from './history-row.ts';
import { type NamedObject, nameObject } from './named-object.ts';
import type { NetChange } from './value-actions.ts';
import type { RowAction, WriteContext } from './write-context.ts';

type HistoryContext = WriteContext & { readonly net: ReadonlyMap<ValueKey, NetChange> };

/** Builds the rows of the quarantines that begin and end. */
export function historyActions(
  { transition, taken, started, stopped }: ValueChanges & { readonly transition: Transition },
  context: HistoryContext,
): readonly RowAction[] {
  const { before, after } = transition;
  // An object that is deleted and added again is a new object: if it gets the value, the earlier one has only withdrawn.
  const gained = new Set(before?.objectId === after?.objectId ? taken : []);
  const end = (key: ValueKey): HistoryEvent => (gained.has(key) ? 'released' : 'withdrawn');
  return [
    ...(after ? started.map((quarantine) => record('quarantined', after, { ...context, ...quarantine })) : []),
    ...(before ? stopped.map((quarantine) => record(end(quarantine.key), before, { ...context, ...quarantine })) : []),
  ];
}

function record(event: HistoryEvent, object: DirectoryObject, context: HistoryContext & Quarantine): RowAction {
  const { key, quarantined, kind, runId, now: at } = context;
  const { propertyValue, whenStarted } = quarantined;
  const from = event === 'released' ? holderBefore(key, context) : holderAfter(key, context);
  const row = historyToRow({ event, at, key, propertyValue, whenStarted, object, from, by: { kind, runId } });
  return { write: { kind: 'create', row } };
}

/** Names the object that held a value until it was released. */
function holderBefore(key: ValueKey, { net, previousHolders }: HistoryContext): NamedObject | null {
  const formerHolder = net.get(key)?.formerHolder;
  return formerHolder ? nameObject(formerHolder) : (previousHolders?.get(key) ?? null);
}

/** Names the object that holds a value after the transaction. */
function holderAfter(key: ValueKey, { known, net }: HistoryContext): NamedObject | null {
  const newHolder = net.get(key)?.newHolder;
  if (newHolder) return nameObject(newHolder);
  const holder = known.values.get(key)?.holder;
  if (!holder) return null;
  return { sourceAnchor: holder, displayName: known.objects.get(holder)?.object?.exported.displayName ?? null };
}
