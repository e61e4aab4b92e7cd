/** The guard against accidental deletions: how many objects an export deletes, and how many it may delete. */
import type { Transition } from '../transitions/transition.ts';

/** The tenant's threshold, and the number that the export itself allows (`allowDeletes`; null if it names none). */
export type DeletionLimit = { readonly threshold: number; readonly allowDeletes: number | null };

/**
 * Returns the source anchors of the objects that an export deletes, including those whose anchor another object takes in
 * the same export. A delete of an object that does not exist is not counted.
 */
export function deletedBy(transitions: readonly Transition[]): readonly string[] {
  return transitions.filter(isDeletion).map(({ sourceAnchor }) => sourceAnchor);
}

function isDeletion({ before, after }: Transition): boolean {
  return before !== undefined && before.objectId !== after?.objectId;
}

/**
 * Returns how many objects an export with that many `deletes` may delete; null if it must be refused.
 *
 * Above the threshold the export must name the number. An earlier attempt that did not finish may have deleted `gone` of
 * them already: the same export must succeed when it is sent again.
 */
export function deletionsAllowed(
  { deletes, gone }: { deletes: number; gone: number },
  { threshold, allowDeletes }: DeletionLimit,
): number | null {
  if (deletes <= threshold) return threshold;
  const isNamed = allowDeletes !== null && deletes <= allowDeletes && allowDeletes <= deletes + gone;
  return isNamed ? deletes : null;
}
