/**
 * Planning an export as a whole. Section 4 of the behaviour.
 *
 * 1. What the export gives up is free for the other objects of the same export.
 * 2. What somebody else holds stays with the holder: first come, first served.
 * 3. Of several objects that ask for the same free value, the first in the list gets it.
 * 4. A value that became free earlier, and that others wait for, is theirs: a newcomer waits behind them.
 */
import { allocate, type Allocation, type PlanContext, type ValueState } from './allocate.ts';
import { askedSince, type Effect, type ExportItem, foldExport, type Intent } from './fold-export.ts';
import {
  awaitedValues,
  desiredAddresses,
  type DirectoryObject,
  heldValues,
  quarantinedKey,
  type QuarantinedValue,
  userPrincipalNameOf,
} from './objects.ts';
import type { Draft } from './operations.ts';
import type { OperationFailure } from './validation.ts';
import { smtpKey, upnKey, type ValueKey } from './values.ts';

/** What a plan needs to know: the objects of the export, and the {@link valuesInQuestion} that exist. */
export type DirectoryState = {
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  readonly values: ReadonlyMap<ValueKey, ValueState>;
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

/** Plans an export: what becomes of each object, and the result of each operation. */
export function planExport(items: readonly ExportItem[], state: DirectoryState, context: PlanContext): ExportPlan {
  const refused = new Map<number, OperationFailure>();
  for (;;) {
    const { intents, effects } = foldExport(items, state.objects, refused);
    const allocation = allocate(intents, state.values, context);
    if (allocation.refused.size === 0) {
      const transitions = [...intents.values()].flatMap((intent) => transitionOf(intent, allocation));
      const originals = originalsOf(state.objects, context);
      const seen = originals === state.objects ? effects : foldExport(items, originals, refused).effects;
      return { transitions, results: resultsOf(items, { intents, allocation, effects: seen, originals }) };
    }
    for (const [index, failure] of allocation.refused) refused.set(index, failure);
  }
}

/**
 * Gives the values that must be known before an export can be planned, beside its objects.
 *
 * These are the values asked for and not held, those no longer waited for, and those waited for that the export gives
 * up. A value that an object merely keeps, or merely gives up, is not among them.
 */
export function valuesInQuestion(
  items: readonly ExportItem[],
  objects: ReadonlyMap<string, DirectoryObject>,
): ReadonlySet<ValueKey> {
  const { intents } = foldExport(items, objects, new Map());
  const inQuestion = new Set<ValueKey>();
  const givenUp = new Set<ValueKey>();
  for (const { before, draft, asked, continues } of intents.values()) {
    if (before && draft === before && asked.length <= 1) continue;
    const held = before ? heldValues(before) : none;
    const wanted = new Set(asked.flatMap((step) => wantedValues(step.draft, before)));
    for (const key of wanted) if (!continues || !held.has(key)) inQuestion.add(key);
    for (const key of held) if (!continues || !wanted.has(key) || asked.length > 1) givenUp.add(key);
    if (before) for (const key of awaitedValues(before).keys()) if (!continues || !wanted.has(key)) inQuestion.add(key);
  }
  if (givenUp.size === 0) return inQuestion;
  for (const { before } of intents.values()) {
    if (before) for (const key of awaitedValues(before).keys()) if (givenUp.has(key)) inQuestion.add(key);
  }
  return inQuestion;
}

const none: ReadonlySet<ValueKey> = new Set();

/** All values that a draft may want, on its own UPN or on the placeholder that the object has now. */
function wantedValues({ exported }: Draft, before: DirectoryObject | undefined): ValueKey[] {
  const { userPrincipalName } = exported;
  const keys = desiredAddresses(exported, userPrincipalName).map(({ key }) => key);
  if (userPrincipalName !== null) keys.push(upnKey(userPrincipalName));
  if (before?.placeholder && exported.exchangeLicensed) keys.push(smtpKey(before.placeholder));
  return keys;
}

function transitionOf({ sourceAnchor, before }: Intent, { after }: Allocation): readonly Transition[] {
  const object = after.get(sourceAnchor);
  return object === before ? [] : [{ sourceAnchor, before, after: object }];
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
  readonly effects: ReadonlyMap<number, Effect>;
  readonly originals: ReadonlyMap<string, DirectoryObject>;
};

function resultsOf(items: readonly ExportItem[], planned: Planned): readonly OperationResult[] {
  const changed = changesInForce(planned);
  return items.map(({ index, sourceAnchor }) => {
    const intent = sourceAnchor === null ? undefined : planned.intents.get(sourceAnchor);
    const effect = planned.effects.get(index) as Effect;
    const object = intent && planned.allocation.after.get(intent.sourceAnchor);
    const original = intent && planned.originals.get(intent.sourceAnchor);
    const subject = effect.outcome === 'deleted' ? (original ?? object) : (object ?? original);
    return {
      ...(effect.outcome === 'unchanged' && changed.has(index) ? { outcome: 'updated' as const } : effect),
      index,
      sourceAnchor,
      objectId: effect.outcome === 'unchanged' && !object ? null : (subject?.objectId ?? null),
      object,
      newlyQuarantined: intent ? newlyQuarantined(intent, index, planned) : [],
    };
  });
}

/** Finds the operations that ask for nothing new, and yet change their object, because it gets a value it waited for. */
function changesInForce({ intents, allocation, effects }: Planned): ReadonlySet<number> {
  const changed = new Set<number>();
  for (const { sourceAnchor, before, asked, continues } of intents.values()) {
    const last = asked.at(-1);
    if (!last || !continues || allocation.after.get(sourceAnchor) === before) continue;
    if (asked.every(({ index }) => effects.get(index)?.outcome === 'unchanged')) changed.add(last.index);
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
  if (!object || object.quarantined.length === 0) return [];
  const original = originals.get(intent.sourceAnchor);
  const standing = original?.objectId === object.objectId ? awaitedValues(original) : undefined;
  return object.quarantined.filter((entry) => {
    const key = quarantinedKey(entry);
    return !standing?.has(key) && index === askedSince(intent, ({ exported }) => wants(exported, key, object));
  });
}

function wants(exported: Draft['exported'], key: ValueKey, object: DirectoryObject): boolean {
  if (exported.userPrincipalName !== null && upnKey(exported.userPrincipalName) === key) return true;
  return desiredAddresses(exported, userPrincipalNameOf(object)).some((address) => address.key === key);
}
