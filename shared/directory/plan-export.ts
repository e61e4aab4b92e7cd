/**
 * Planning an export as a whole. Section 4 of the behaviour.
 *
 * 1. What the export gives up is free for the other objects of the same export.
 * 2. What somebody else holds stays with the holder: first come, first served.
 * 3. Of several objects that ask for the same free value, the first in the list gets it.
 * 4. A value that became free earlier, and that others wait for, is theirs: a newcomer waits behind them.
 */
import { allocate, type Allocation, type PlanContext } from './allocate.ts';
import type { ValueState } from './claims.ts';
import {
  askedSince,
  type Effect,
  type ExportItem,
  type FoldedExport,
  foldExport,
  type Intent,
  intentOf,
} from './fold-export.ts';
import {
  awaitedValues,
  desiredAddresses,
  type DirectoryObject,
  isHeldAsPlaceholder,
  quarantinedKey,
  type QuarantinedValue,
} from './objects.ts';
import type { Draft } from './operations.ts';
import { mayBePlaceholder } from './placeholder.ts';
import type { OperationFailure } from './validation.ts';
import { upnKey, type ValueKey } from './values.ts';

/**
 * What a plan needs to know (values-in-question.ts): the objects of the export, the values in question that exist, and
 * the objects that may hold one of these as a placeholder.
 */
export type DirectoryState = {
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  readonly values: ReadonlyMap<ValueKey, ValueState>;
  /** The export folded over these objects, where that was done already. */
  readonly folded?: FoldedExport;
};

/** One object before and after; undefined where it does not exist. */
export type Transition = {
  readonly sourceAnchor: string;
  readonly before: DirectoryObject | undefined;
  readonly after: DirectoryObject | undefined;
};

/** The result of one operation: the object as it stands after the export, and what is newly quarantined. */
export type OperationResult = Effect & {
  readonly index: number;
  readonly sourceAnchor: string | null;
  /** The id of the object, also of one that the operation deleted; null where there is none. */
  readonly objectId: string | null;
  readonly object: DirectoryObject | undefined;
  readonly newlyQuarantined: readonly QuarantinedValue[];
};

export type ExportPlan = {
  /** The objects that change, and no others. */
  readonly transitions: readonly Transition[];
  readonly results: readonly OperationResult[];
};

/**
 * Plans an export: what becomes of each object, and the result of each operation.
 *
 * An operation that is refused for a value that cannot be quarantined gives nothing up, which can make others fail: the
 * export is planned again without it. What is refused once stays refused until the next export.
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
      const seen = originals === state.objects ? effects : foldExport(items, originals, refused).effects;
      return {
        transitions: transitionsOf(intents, allocation),
        results: resultsOf(items, { intents, allocation, effects: seen, originals }),
      };
    }
    for (const [index, failure] of allocation.refused) refused.set(index, failure);
    folded = foldExport(items, state.objects, refused);
  }
}

/** Adds the objects that hold a value in question only as a placeholder: they may have to take another one. */
function withPlaceholderHolders(
  intents: ReadonlyMap<string, Intent>,
  { objects, values }: DirectoryState,
): ReadonlyMap<string, Intent> {
  const displaced = new Map<string, Intent>();
  for (const [key, { holder }] of values) {
    if (holder === null || intents.has(holder) || !mayBePlaceholder(key)) continue;
    const object = objects.get(holder);
    if (object && isHeldAsPlaceholder(object, key)) displaced.set(holder, intentOf(holder, object));
  }
  return displaced.size === 0 ? intents : new Map([...intents, ...displaced]);
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
    const stands = intent && planned.allocation.after.get(intent.sourceAnchor);
    const original = intent && planned.originals.get(intent.sourceAnchor);
    const isDeleted = effect.outcome === 'deleted';
    // A delete tells of the object that it deleted, also where another takes its anchor in the same export.
    const object = isDeleted ? undefined : stands;
    const subject = isDeleted ? (original ?? stands) : (stands ?? original);
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

/** Finds the operations that ask for nothing new, and yet change their object, because it gets a value it waited for. */
function changesInForce({ intents, allocation, effects }: Planned): ReadonlySet<number> {
  const changed = new Set<number>();
  for (const { sourceAnchor, before, asked } of intents.values()) {
    const last = asked.at(-1);
    if (!before || !last || allocation.after.get(sourceAnchor) === before) continue;
    if (asked.every(({ index }) => effects[index]?.outcome === 'unchanged')) changed.add(last.index);
  }
  return changed;
}

/** Gives what this export newly quarantined, at the operation that asked for it. */
function newlyQuarantined(
  intent: Intent,
  index: number,
  { allocation, originals }: Planned,
): readonly QuarantinedValue[] {
  const object = allocation.after.get(intent.sourceAnchor);
  if (!object) return [];
  const original = originals.get(intent.sourceAnchor);
  const standing = original?.objectId === object.objectId ? awaitedValues(original) : undefined;
  return object.quarantined.filter((entry) => {
    const key = quarantinedKey(entry);
    return !standing?.has(key) && index === askedSince(intent, ({ exported }) => wants(exported, key, object));
  });
}

function wants(exported: Draft['exported'], key: ValueKey, object: DirectoryObject): boolean {
  if (exported.userPrincipalName !== null && upnKey(exported.userPrincipalName) === key) return true;
  return desiredAddresses(exported, object.placeholder ?? exported.userPrincipalName).some(
    (address) => address.key === key,
  );
}
