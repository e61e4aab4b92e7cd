/**
 * Objects that are written in several transactions.
 *
 * Until the last of them, the row of the object says `<run id>/part` in `writtenBy`. If the run crashes in between, the
 * row still says so, and the next export of the object completes it.
 */
import type { StoredObject } from './object-row.ts';

const partSuffix = '/part';

type Written = Pick<StoredObject, 'writtenBy'>;

/** Returns the `writtenBy` of an object that a run has written in part. */
export function partOf(runId: string): string {
  return `${runId}${partSuffix}`;
}

/** Reports whether a run has written a part of the object and not the whole. Its error rows may already show the whole. */
export function isUnfinished({ writtenBy }: Written): boolean {
  return writtenBy.endsWith(partSuffix);
}

/** Reports whether it is this run that has written a part of the object. */
export function isPartOf(runId: string, { writtenBy }: Written): boolean {
  return writtenBy === partOf(runId);
}
