/** Folds the operations of an export, in their order, into one intent for each object. Behaviour 4.2. */
import { applyOperation } from '../apply-operation.ts';
import { type DesiredAddress, desiredAddresses, type DirectoryObject, heldValues } from '../objects.ts';
import type { DesiredObject, Operation } from '../operation.ts';
import type { OperationFailure } from '../validation.ts';
import { spaceOf, upnKey, type ValueKey } from '../values.ts';

/** One place in the list of an export: an operation, or the reason why it is not an operation. */
export type ExportItem = { readonly index: number } & (
  | { readonly sourceAnchor: string; readonly operation: Operation; readonly failure?: never }
  | { readonly sourceAnchor: string | null; readonly operation?: never; readonly failure: OperationFailure }
);

/** What an export as a whole says of one object. */
export type Intent = {
  readonly sourceAnchor: string;
  readonly before: DirectoryObject | undefined;
  /** The object as desired; undefined if the export deletes it. */
  desired: DesiredObject | undefined;
  /** False for a new object, and for one that takes the anchor of an object deleted in the same export. */
  continues: boolean;
  /** The object as desired after each of its operations, since it exists. */
  states: { readonly index: number; readonly desired: DesiredObject }[];
  /** The number of items in the export that name this object. */
  items: number;
  /** Cached by {@link desiredBy}. */
  desiredValues: DesiredValues | undefined;
  /** Cached by {@link heldBefore}. */
  held: ReadonlySet<ValueKey> | undefined;
};

/** The values that an object desires, by round. The calculated address is that of its exported UPN. */
export type DesiredValues = {
  /** The UPN; none for groups and contacts. */
  readonly userPrincipalNames: readonly DesiredAddress[];
  readonly addresses: readonly DesiredAddress[];
  /** The addresses of another type than SMTP. */
  readonly others: readonly DesiredAddress[];
};

/** The effect of one operation on its own; `unchanged` if it desires nothing new. */
export type Effect =
  | { readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted'; readonly failure?: undefined }
  | { readonly outcome: 'failed'; readonly failure: OperationFailure };

/** A folded export: an intent for each object, and an effect for each item by its index. */
export type FoldedExport = {
  readonly intents: ReadonlyMap<string, Intent>;
  readonly effects: readonly Effect[];
};

/**
 * Folds an export over the stored objects.
 *
 * An item whose index is in `refused` fails for that reason, as if the export did not contain it.
 */
export function foldExport(
  items: readonly ExportItem[],
  objects: ReadonlyMap<string, DirectoryObject>,
  refused: ReadonlyMap<number, OperationFailure> = new Map(),
): FoldedExport {
  const intents = new Map<string, Intent>();
  const effects: Effect[] = [];
  for (const item of items) {
    const failure = item.failure ?? refused.get(item.index);
    const intent = item.sourceAnchor === null ? undefined : intentFor(item.sourceAnchor, intents, objects);
    if (failure) effects[item.index] = { outcome: 'failed', failure };
    else if (intent && item.operation) effects[item.index] = applyTo(intent, item.operation, item.index);
  }
  return { intents, effects };
}

function intentFor(
  sourceAnchor: string,
  intents: Map<string, Intent>,
  objects: ReadonlyMap<string, DirectoryObject>,
): Intent {
  let intent = intents.get(sourceAnchor);
  if (!intent) {
    intent = intentOf(sourceAnchor, objects.get(sourceAnchor));
    intents.set(sourceAnchor, intent);
  }
  intent.items++;
  return intent;
}

/** Returns the intent of an export without an operation on the object: the object does not change. */
export function intentOf(sourceAnchor: string, before: DirectoryObject | undefined): Intent {
  return {
    sourceAnchor,
    before,
    desired: before,
    continues: before !== undefined,
    states: [],
    items: 0,
    desiredValues: undefined,
    held: undefined,
  };
}

const effectOf = {
  created: { outcome: 'created' },
  updated: { outcome: 'updated' },
  unchanged: { outcome: 'unchanged' },
  deleted: { outcome: 'deleted' },
} as const;

function applyTo(intent: Intent, operation: Operation, index: number): Effect {
  const current = intent.desired;
  const applied = applyOperation(current, operation);
  if ('failure' in applied) return { outcome: 'failed', failure: applied.failure };

  intent.desired = applied.desired;
  intent.desiredValues = undefined;
  if (applied.desired === undefined) {
    intent.continues = false;
    intent.states = [];
    return current ? effectOf.deleted : effectOf.unchanged;
  }
  intent.states.push({ index, desired: applied.desired });
  if (!current) return effectOf.created;
  return applied.desired === current ? effectOf.unchanged : effectOf.updated;
}

const none: readonly DesiredAddress[] = [];
const nothingDesired: DesiredValues = { userPrincipalNames: none, addresses: none, others: none };

/** Returns the values that the object of an intent desires; none if the export deletes it. */
export function desiredBy(intent: Intent): DesiredValues {
  return (intent.desiredValues ??= intent.desired ? desiredValuesOf(intent.desired) : nothingDesired);
}

const noValues: ReadonlySet<ValueKey> = new Set();

/** Returns the values that the object of an intent held before the export; none for a new object. */
export function heldBefore(intent: Intent): ReadonlySet<ValueKey> {
  return (intent.held ??= intent.before ? heldValues(intent.before) : noValues);
}

/** Returns the values that an object desires. */
export function desiredValuesOf({ exported }: DesiredObject): DesiredValues {
  const { userPrincipalName } = exported;
  const addresses = desiredAddresses(exported, userPrincipalName);
  const isOther = ({ key }: DesiredAddress): boolean => spaceOf(key) === 'other';
  return {
    userPrincipalNames:
      userPrincipalName === null ? none : [{ key: upnKey(userPrincipalName), address: userPrincipalName }],
    addresses,
    others: addresses.some(isOther) ? addresses.filter(isOther) : none,
  };
}

/** Returns the index of the operation since which the desired object has met a condition without a break. */
export function unchangedSince({ states }: Intent, meets: (desired: DesiredObject) => boolean): number {
  let since = states.length - 1;
  while (since > 0 && meets((states[since - 1] as Intent['states'][number]).desired)) since--;
  return states[since]?.index ?? -1;
}
