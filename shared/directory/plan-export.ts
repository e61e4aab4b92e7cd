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
  type ExportedAttributes,
  heldValues,
  quarantinedKey,
  type QuarantinedValue,
  userPrincipalNameOf,
} from './objects.ts';
import type { Draft, WriteOperation } from './operations.ts';
import type { OperationFailure } from './validation.ts';
import { proxyAddressKey, smtpKey, spaceOf, textOf, upnKey, type ValueKey } from './values.ts';

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
      const transitions = transitionsOf(intents, allocation);
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
 * These are the values asked for and not held, those no longer waited for, and those waited for that the export may
 * give up. A value that an object merely keeps, or merely gives up, is not among them; nor is a new placeholder.
 */
export function valuesInQuestion(
  items: readonly ExportItem[],
  objects: ReadonlyMap<string, DirectoryObject>,
): ReadonlySet<ValueKey> {
  const { intents } = foldExport(items, objects, new Map());
  const inQuestion = new Set<ValueKey>();
  const givenUp = new Set<ValueKey>();
  for (const { before, draft, asked, continues } of intents.values()) {
    // A user who gets its own UPN, or asks for another, gives its placeholder up.
    if (before?.placeholder) givenUp.add(upnKey(before.placeholder)).add(smtpKey(before.placeholder));
    if (before && draft === before) continue;
    if (!before) {
      for (const step of asked) for (const key of valuesOnOwnName(step.draft.exported)) inQuestion.add(key);
      continue;
    }
    const held = heldValues(before);
    const wanted = new Set(asked.flatMap((step) => wantedValues(step.draft, before)));
    for (const key of wanted) if (!continues || !held.has(key)) inQuestion.add(key);
    // An address calculated from the UPN is kept only where the UPN is: that is not known yet.
    const kept = new Set(continues && draft ? valuesOnOwnName({ ...draft.exported, exchangeLicensed: false }) : none);
    for (const key of held) if (!kept.has(key)) givenUp.add(key);
    for (const key of awaitedValues(before).keys()) if (!continues || !wanted.has(key)) inQuestion.add(key);
  }
  if (items.length > intents.size) addForRefusals(items, { intents, inQuestion, givenUp });
  if (givenUp.size === 0) return inQuestion;
  for (const { before } of intents.values()) {
    if (!before) continue;
    for (const key of awaitedValues(before).keys()) {
      if (!givenUp.has(key)) continue;
      inQuestion.add(key);
      if (before.exported.exchangeLicensed && spaceOf(key) === 'upn') inQuestion.add(smtpKey(textOf(key)));
    }
  }
  return inQuestion;
}

/**
 * Adds what objects with several operations may want and give up besides, when one of these is refused: then the others
 * give another object, or are applied where they failed before.
 */
function addForRefusals(
  items: readonly ExportItem[],
  {
    intents,
    inQuestion,
    givenUp,
  }: { intents: ReadonlyMap<string, Intent>; inQuestion: Set<ValueKey>; givenUp: Set<ValueKey> },
): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { sourceAnchor } of items) {
    if (sourceAnchor !== null) (seen.has(sourceAnchor) ? repeated : seen).add(sourceAnchor);
  }
  for (const sourceAnchor of repeated) {
    const before = intents.get(sourceAnchor)?.before;
    if (!before) continue;
    for (const key of heldValues(before)) givenUp.add(key);
    for (const key of [...namedValues(before.exported), ...awaitedValues(before).keys()]) inQuestion.add(key);
  }
  for (const { sourceAnchor, operation } of items) {
    if (sourceAnchor === null || !repeated.has(sourceAnchor) || operation?.operation === 'delete') continue;
    if (operation) for (const key of namedValues(operation)) inQuestion.add(key);
  }
}

const none: ReadonlySet<ValueKey> = new Set();

/** All values that a draft may want, on its own UPN or on the placeholder that the object has now. */
function wantedValues({ exported }: Draft, before: DirectoryObject): readonly ValueKey[] {
  const keys = valuesOnOwnName(exported);
  if (before.placeholder && exported.exchangeLicensed) keys.push(smtpKey(before.placeholder));
  return keys;
}

/** The values that an object wants as long as it has its own UPN. */
function valuesOnOwnName(exported: ExportedAttributes): ValueKey[] {
  const { userPrincipalName } = exported;
  const keys = desiredAddresses(exported, userPrincipalName).map(({ key }) => key);
  if (userPrincipalName !== null) keys.push(upnKey(userPrincipalName));
  return keys;
}

/** All values that could be made of what is exported. */
function namedValues({
  userPrincipalName,
  mail,
  proxyAddresses,
}: Partial<Pick<WriteOperation, 'userPrincipalName' | 'mail' | 'proxyAddresses'>>): readonly ValueKey[] {
  const keys = proxyAddresses?.map(proxyAddressKey) ?? [];
  if (userPrincipalName) keys.push(upnKey(userPrincipalName), smtpKey(userPrincipalName));
  if (mail) keys.push(smtpKey(mail));
  return keys;
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
  readonly effects: ReadonlyMap<number, Effect>;
  readonly originals: ReadonlyMap<string, DirectoryObject>;
};

function resultsOf(items: readonly ExportItem[], planned: Planned): readonly OperationResult[] {
  const changed = changesInForce(planned);
  return items.map(({ index, sourceAnchor }) => {
    const intent = sourceAnchor === null ? undefined : planned.intents.get(sourceAnchor);
    const effect = planned.effects.get(index) as Effect;
    const stands = intent && planned.allocation.after.get(intent.sourceAnchor);
    const original = intent && planned.originals.get(intent.sourceAnchor);
    // A delete tells of the object that it deleted, also where another takes its anchor in the same export.
    const object = effect.outcome === 'deleted' ? undefined : stands;
    const subject = effect.outcome === 'deleted' ? (original ?? stands) : (stands ?? original);
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
  for (const { sourceAnchor, before, asked } of intents.values()) {
    const last = asked.at(-1);
    if (!last || allocation.after.get(sourceAnchor) === before) continue;
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
