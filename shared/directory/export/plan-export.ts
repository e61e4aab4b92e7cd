/**
 * Plans an export as a whole. Behaviour 4.
 *
 * 1. Values that the export vacates are available to its other objects (4.3).
 * 2. A value that another object holds stays with its holder: first come, first served (4.4).
 * 3. Of several objects that desire the same vacant value, the first in the list gets it (4.5).
 * 4. A value that became vacant earlier belongs to the objects that wait for it; a newcomer waits behind them (4.6).
 */
import {
  desiredAddresses,
  type DirectoryObject,
  isHeldAsPlaceholder,
  quarantinedKey,
  type QuarantinedValue,
  quarantinedValues,
} from '../objects.ts';
import type { DesiredObject } from '../operation.ts';
import { mayBePlaceholder } from '../placeholder.ts';
import type { Transition } from '../transitions/transition.ts';
import type { OperationFailure } from '../validation.ts';
import { upnKey, type ValueKey, type ValueState } from '../values.ts';
import { allocate, type Allocation, type PlanContext } from './allocate.ts';
import {
  type Effect,
  type ExportItem,
  type FoldedExport,
  foldExport,
  type Intent,
  intentOf,
  unchangedSince,
} from './fold-export.ts';

/**
 * The part of the directory that a plan depends on: the objects of the export, the values in question that exist, and
 * the objects that may hold one of these as a placeholder. See `values-in-question.ts`.
 */
export type DirectoryState = {
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  readonly values: ReadonlyMap<ValueKey, ValueState>;
  /** The export folded over these objects, if the caller has folded it already. */
  readonly folded?: FoldedExport;
};

/** The result of one operation: its object after the export, and the values that it newly quarantined. */
export type OperationResult = Effect & {
  readonly index: number;
  readonly sourceAnchor: string | null;
  /** The id of the object, even if the operation deleted it; null if there is no object. */
  readonly objectId: string | null;
  readonly object: DirectoryObject | undefined;
  readonly newlyQuarantined: readonly QuarantinedValue[];
};

export type ExportPlan = {
  /** Only the objects that change. */
  readonly transitions: readonly Transition[];
  readonly results: readonly OperationResult[];
};

/**
 * Plans an export: returns the transition of each object that changes, and the result of each operation.
 *
 * An operation that is refused for a value that cannot be quarantined vacates nothing, which can make others fail: the
 * export is planned again without it. A refused operation stays refused until the next export.
 *
 * @example
 * const { transitions, results } = planExport(items, { objects, values }, { placeholderForm, now, random, newObjectId });
 */
export function planExport(items: readonly ExportItem[], state: DirectoryState, context: PlanContext): ExportPlan {
  const refused = new Map<number, OperationFailure>();
  let folded = state.folded ?? foldExport(items, state.objects);
  for (;;) {
    const { effects } = folded;
    const intents = withPlaceholderHolders(folded.intents, state);
    const allocation = allocate(intents, state.values, context);
    if (allocation.refused.size === 0) {
      const originals = originalsOf(state.objects, context);
      const effectsSinceStart = originals === state.objects ? effects : foldExport(items, originals, refused).effects;
      return {
        transitions: transitionsOf(intents, allocation),
        results: resultsOf(items, { intents, allocation, effects: effectsSinceStart, originals }),
      };
    }
    for (const [index, failure] of allocation.refused) refused.set(index, failure);
    folded = foldExport(items, state.objects, refused);
  }
}

/** Adds the objects that hold a value in question only as a placeholder: they may need another placeholder. Behaviour 4.7. */
function withPlaceholderHolders(
  intents: ReadonlyMap<string, Intent>,
  { objects, values }: DirectoryState,
): ReadonlyMap<string, Intent> {
  const replaced = new Map<string, Intent>();
  for (const [key, { holder }] of values) {
    if (holder === null || intents.has(holder) || !mayBePlaceholder(key)) continue;
    const object = objects.get(holder);
    if (object && isHeldAsPlaceholder(object, key)) replaced.set(holder, intentOf(holder, object));
  }
  return replaced.size === 0 ? intents : new Map([...intents, ...replaced]);
}

function transitionsOf(intents: ReadonlyMap<string, Intent>, allocation: Allocation): readonly Transition[] {
  const transitions: Transition[] = [];
  for (const { sourceAnchor, before } of intents.values()) {
    const after = allocation.after.get(sourceAnchor);
    if (after !== before) transitions.push({ sourceAnchor, before, after });
  }
  return transitions;
}

function originalsOf(
  objects: ReadonlyMap<string, DirectoryObject>,
  { originals }: PlanContext,
): ReadonlyMap<string, DirectoryObject> {
  if (!originals || originals.size === 0) return objects;
  const merged = new Map(objects);
  for (const [sourceAnchor, object] of originals) {
    if (object) merged.set(sourceAnchor, object);
    else merged.delete(sourceAnchor);
  }
  return merged;
}

type Planned = {
  readonly intents: ReadonlyMap<string, Intent>;
  readonly allocation: Allocation;
  readonly effects: readonly Effect[];
  readonly originals: ReadonlyMap<string, DirectoryObject>;
};

function resultsOf(items: readonly ExportItem[], planned: Planned): readonly OperationResult[] {
  const changed = changesInForce(planned);
  return items.map(({ index, sourceAnchor }) => {
    const intent = sourceAnchor === null ? undefined : planned.intents.get(sourceAnchor);
    const effect = planned.effects[index] as Effect;
    const after = intent && planned.allocation.after.get(intent.sourceAnchor);
    const original = intent && planned.originals.get(intent.sourceAnchor);
    const isDeleted = effect.outcome === 'deleted';
    // A delete reports the object that it deleted, even if another takes its anchor in the same export.
    const object = isDeleted ? undefined : after;
    const subject = isDeleted ? (original ?? after) : (after ?? original);
    const isGone = effect.outcome === 'unchanged' && !object;
    return {
      ...(changed.has(index) ? updated : effect),
      index,
      sourceAnchor,
      objectId: isGone ? null : (subject?.objectId ?? null),
      object,
      newlyQuarantined: intent ? newlyQuarantined(intent, index, planned) : [],
    };
  });
}

const updated: Effect = { outcome: 'updated' };

/** Finds the operations that desire nothing new but change their object, because it gets a value that it waited for. */
function changesInForce({ intents, allocation, effects }: Planned): ReadonlySet<number> {
  const changed = new Set<number>();
  for (const { sourceAnchor, before, states } of intents.values()) {
    const last = states.at(-1);
    if (!before || !last || allocation.after.get(sourceAnchor) === before) continue;
    if (states.every(({ index }) => effects[index]?.outcome === 'unchanged')) changed.add(last.index);
  }
  return changed;
}

/** Returns the values that this export newly quarantined, at the operation that desired them. */
function newlyQuarantined(
  intent: Intent,
  index: number,
  { allocation, originals }: Planned,
): readonly QuarantinedValue[] {
  const object = allocation.after.get(intent.sourceAnchor);
  if (!object) return [];
  const original = originals.get(intent.sourceAnchor);
  const earlier = original?.objectId === object.objectId ? quarantinedValues(original) : undefined;
  return object.quarantined.filter((entry) => {
    const key = quarantinedKey(entry);
    return !earlier?.has(key) && index === unchangedSince(intent, ({ exported }) => desires(exported, key, object));
  });
}

function desires(exported: DesiredObject['exported'], key: ValueKey, object: DirectoryObject): boolean {
  if (exported.userPrincipalName !== null && upnKey(exported.userPrincipalName) === key) return true;
  return desiredAddresses(exported, object.placeholder ?? exported.userPrincipalName).some(
    (address) => address.key === key,
  );
}
