/** Folds the operations of an export, in their order, into what the export as a whole wants of each object. */
import { type DesiredAddress, desiredAddresses, type DirectoryObject, heldValues } from './objects.ts';
import { applyOperation, type Draft, type Operation } from './operations.ts';
import type { OperationFailure } from './validation.ts';
import { upnKey, type ValueKey } from './values.ts';

/** One place in the list of an export: an operation, or the reason why what stands there is none. */
export type ExportItem = { readonly index: number } & (
  | { readonly sourceAnchor: string; readonly operation: Operation; readonly failure?: never }
  | { readonly sourceAnchor: string | null; readonly operation?: never; readonly failure: OperationFailure }
);

/** What an export as a whole wants of one object. */
export type Intent = {
  readonly sourceAnchor: string;
  readonly before: DirectoryObject | undefined;
  /** The object as wanted; undefined where the export deletes it. */
  draft: Draft | undefined;
  /** False for a new object, also for one that takes the anchor of an object deleted in the same export. */
  continues: boolean;
  /** What the object, since it exists, was wanted to be after each of its operations. */
  asked: { readonly index: number; readonly draft: Draft }[];
  /** How many items of the export are about this object. */
  items: number;
  /** What the draft wants, once {@link wishesOf} was asked. */
  wishes: Wishes | undefined;
  /** What the object held before the export, once {@link heldBefore} was asked. */
  held: ReadonlySet<ValueKey> | undefined;
};

/** What a draft wants as long as it has its own UPN. */
export type Wishes = {
  /** The UPN; none for groups and contacts. */
  readonly names: readonly DesiredAddress[];
  readonly addresses: readonly DesiredAddress[];
  /** Those of the addresses that are of another type than SMTP. */
  readonly others: readonly DesiredAddress[];
};

/** What one operation does, taken by itself; `unchanged` where it asks for nothing new. */
export type Effect =
  | { readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted'; readonly failure?: undefined }
  | { readonly outcome: 'failed'; readonly failure: OperationFailure };

/** An export folded: an intent for each object, and an effect for each item by its index. */
export type FoldedExport = {
  readonly intents: ReadonlyMap<string, Intent>;
  readonly effects: readonly Effect[];
};

/**
 * Folds an export over the objects as they are.
 *
 * The items whose index is in `refused` fail with that reason, as if they were not in the export at all.
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

/** Returns the intent of an export that says nothing of an object: it stays as it is. */
export function intentOf(sourceAnchor: string, before: DirectoryObject | undefined): Intent {
  return {
    sourceAnchor,
    before,
    draft: before,
    continues: before !== undefined,
    asked: [],
    items: 0,
    wishes: undefined,
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
  const current = intent.draft;
  const applied = applyOperation(current, operation);
  if ('failure' in applied) return { outcome: 'failed', failure: applied.failure };

  intent.draft = applied.draft;
  intent.wishes = undefined;
  if (applied.draft === undefined) {
    intent.continues = false;
    intent.asked = [];
    return current ? effectOf.deleted : effectOf.unchanged;
  }
  intent.asked.push({ index, draft: applied.draft });
  if (!current) return effectOf.created;
  return applied.draft === current ? effectOf.unchanged : effectOf.updated;
}

const none: readonly DesiredAddress[] = [];
const noWishes: Wishes = { names: none, addresses: none, others: none };

/** Gives what the draft of an intent wants; nothing where the object is deleted. */
export function wishesOf(intent: Intent): Wishes {
  return (intent.wishes ??= intent.draft ? wishesOfDraft(intent.draft) : noWishes);
}

const noValues: ReadonlySet<ValueKey> = new Set();

/** Gives the values that the object of an intent held before the export: none where it is a new object. */
export function heldBefore(intent: Intent): ReadonlySet<ValueKey> {
  return (intent.held ??= intent.before ? heldValues(intent.before) : noValues);
}

/** Gives what a draft wants. */
export function wishesOfDraft({ exported }: Draft): Wishes {
  const { userPrincipalName } = exported;
  const addresses = desiredAddresses(exported, userPrincipalName);
  const isOther = ({ key }: DesiredAddress): boolean => !key.startsWith('proxy|');
  return {
    names: userPrincipalName === null ? none : [{ key: upnKey(userPrincipalName), address: userPrincipalName }],
    addresses,
    others: addresses.some(isOther) ? addresses.filter(isOther) : none,
  };
}

/** Gives the index of the operation since which an object, without a break, was wanted to be as `wants` says. */
export function askedSince({ asked }: Intent, wants: (draft: Draft) => boolean): number {
  let since = asked.length - 1;
  while (since > 0 && wants((asked[since - 1] as Intent['asked'][number]).draft)) since--;
  return asked[since]?.index ?? -1;
}
