/** Folds the operations of an export, in their order, into what the export as a whole wants of each object. */
import type { DirectoryObject } from './objects.ts';
import { applyOperation, type Draft, type Operation } from './operations.ts';
import type { OperationFailure } from './validation.ts';

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
};

/** What one operation does, taken by itself; `unchanged` where it asks for nothing new. */
export type Effect =
  | { readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted'; readonly failure?: undefined }
  | { readonly outcome: 'failed'; readonly failure: OperationFailure };

/** An export folded: an intent for each object, and an effect for each item by its index. */
export type FoldedExport = {
  readonly intents: ReadonlyMap<string, Intent>;
  readonly effects: ReadonlyMap<number, Effect>;
};

/**
 * Folds an export over the objects as they are.
 *
 * The items whose index is in `refused` fail with that reason, as if they were not in the export at all.
 */
export function foldExport(
  items: readonly ExportItem[],
  objects: ReadonlyMap<string, DirectoryObject>,
  refused: ReadonlyMap<number, OperationFailure>,
): FoldedExport {
  const intents = new Map<string, Intent>();
  const effects = new Map<number, Effect>();
  for (const item of items) {
    const failure = item.failure ?? refused.get(item.index);
    const intent = item.sourceAnchor === null ? undefined : intentFor(item.sourceAnchor, intents, objects);
    if (failure) effects.set(item.index, { outcome: 'failed', failure });
    else if (intent && item.operation) effects.set(item.index, applyTo(intent, item.operation, item.index));
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
    const before = objects.get(sourceAnchor);
    intent = { sourceAnchor, before, draft: before, continues: before !== undefined, asked: [] };
    intents.set(sourceAnchor, intent);
  }
  return intent;
}

function applyTo(intent: Intent, operation: Operation, index: number): Effect {
  const current = intent.draft;
  const applied = applyOperation(current, operation);
  if ('failure' in applied) return { outcome: 'failed', failure: applied.failure };

  intent.draft = applied.draft;
  if (applied.draft === undefined) {
    intent.continues = false;
    intent.asked = [];
    return { outcome: current ? 'deleted' : 'unchanged' };
  }
  intent.asked.push({ index, draft: applied.draft });
  if (!current) return { outcome: 'created' };
  return { outcome: applied.draft === current ? 'unchanged' : 'updated' };
}

/** Gives the index of the operation since which an object, without a break, was wanted to be as `wants` says. */
export function askedSince({ asked }: Intent, wants: (draft: Draft) => boolean): number {
  let since = asked.length - 1;
  while (since > 0 && wants((asked[since - 1] as Intent['asked'][number]).draft)) since--;
  return asked[since]?.index ?? -1;
}
