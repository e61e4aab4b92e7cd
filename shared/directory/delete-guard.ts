/**
 * The guard against deleting by accident: how many objects an export would end, and how many it may.
 *
 * An object ends where it is deleted, also where another takes its source anchor in the same export: that one has another
 * id. What does not exist cannot be deleted, and is not counted.
 */
import type { Transition } from './plan-export.ts';

/** What a tenant and an export say about deletions. */
export type DeletionLimit = { readonly threshold: number; readonly allowDeletes: number | null };

/** Gives the source anchors of the objects that end. */
export function endedBy(transitions: readonly Transition[]): readonly string[] {
  return transitions.filter(hasEnded).map(({ sourceAnchor }) => sourceAnchor);
}

function hasEnded({ before, after }: Transition): boolean {
  return before !== undefined && before.objectId !== after?.objectId;
}

/**
 * Gives how many objects an export may delete that would delete `deletes`, or null where it must not be done at all.
 *
 * Over the threshold, the export must name the number. Of those that it was told of, `gone` may have been deleted by
 * an earlier attempt that did not come to its end: the same export must be good to be sent again.
 */
export function deletionsAllowed(
  { deletes, gone }: { deletes: number; gone: number },
  { threshold, allowDeletes }: DeletionLimit,
): number | null {
  if (deletes <= threshold) return threshold;
  const isNamed = allowDeletes !== null && deletes <= allowDeletes && allowDeletes <= deletes + gone;
  return isNamed ? deletes : null;
}
