/**
 * Limits the number of objects that an export deletes.
 *
 * The limit is decided on the directory as it was first read, before anything is written. Each deletion is written on the
 * ETag of a counted object, so another export can only reduce the number. There is one exception: another export may add
 * an object that this export deletes and adds again. The next attempt counts it; if it exceeds the limit, the export ends.
 */
import { type DeletionLimit, deletionsAllowed, deletedBy } from '../../directory/export/deletions-allowed.ts';
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { Transition } from '../../directory/transitions/transition.ts';
import { RequestError } from '../../request-error.ts';
import type { StoredObject } from '../../store/object-row.ts';
import { deletesGrew, tooManyDeletesMessage } from '../../messages/refusals.ts';

/** The objects that an export has planned to delete so far, and the most it may delete; null before the first plan. */
export type DeleteCount = { readonly deleted: ReadonlySet<string>; readonly allowed: number | null };

/** The count before the first plan. */
export const noDeletes: DeleteCount = { deleted: new Set(), allowed: null };

type DeleteContext = {
  readonly items: readonly ExportItem[];
  readonly stored: ReadonlyMap<string, StoredObject>;
  readonly limit: DeletionLimit;
};

/** The refusal of an export that would delete too many objects, before any of it was written. */
export class TooManyDeletes extends RequestError {
  readonly deletes: number;

  constructor(deletes: number, limit: DeletionLimit) {
    super('TooManyDeletes', tooManyDeletesMessage(deletes, limit));
    this.deletes = deletes;
  }
}

/**
 * Adds the deletes of a plan to the count of an export. Throws {@link TooManyDeletes} if the first plan exceeds the limit,
 * and `StorageBusy` if a later plan does.
 */
export function countDeletes(
  count: DeleteCount,
  transitions: readonly Transition[],
  { items, stored, limit }: DeleteContext,
): DeleteCount {
  const added = deletedBy(transitions);
  const deleted = added.length === 0 ? count.deleted : new Set([...count.deleted, ...added]);
  const deletes = deleted.size;
  const allowed = count.allowed ?? deletionsAllowed({ deletes, gone: countGone(items, stored) }, limit);
  if (allowed === null) throw new TooManyDeletes(deletes, limit);
  if (deletes <= allowed) return { deleted, allowed };
  throw deletesGrew(deletes, allowed);
}

/** Counts the objects that the export should delete and that are already deleted, as long as their rows show it. */
function countGone(items: readonly ExportItem[], stored: ReadonlyMap<string, StoredObject>): number {
  const gone = new Set<string>();
  for (const { operation } of items) {
    if (operation?.operation !== 'delete') continue;
    if (stored.get(operation.sourceAnchor)?.deletedBy) gone.add(operation.sourceAnchor);
  }
  return gone.size;
}
