/**
 * Holds an export to the number of objects that it may delete.
 *
 * The number is decided on the directory as it was first read, before anything is written. Every deletion is written on
 * the ETag of an object that was counted, so others who are faster can only make it fewer, but for one case: an object
 * that the export is to delete and add again, and that somebody else adds meanwhile. That is counted when it is planned
 * anew, and where it is one too many the export ends there.
 */
import { type DeletionLimit, deletionsAllowed, deletedBy } from '../../directory/export/deletions-allowed.ts';
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { Transition } from '../../directory/transitions/transition.ts';
import { RequestError } from '../../request-error.ts';
import type { StoredObject } from '../../store/object-row.ts';
import { deletesGrew, tooManyDeletesMessage } from '../../messages/refusals.ts';

/** Whom an export has set out to delete so far, and how many it may; null before the first plan decides that. */
export type DeleteCount = { readonly ended: ReadonlySet<string>; readonly allowed: number | null };

export const noDeletes: DeleteCount = { ended: new Set(), allowed: null };

/** What deletes are counted with. */
type DeleteContext = {
  readonly items: readonly ExportItem[];
  readonly stored: ReadonlyMap<string, StoredObject>;
  readonly limit: DeletionLimit;
};

/** An export that would delete too many objects, before anything of it was written. */
export class TooManyDeletes extends RequestError {
  readonly deletes: number;

  constructor(deletes: number, limit: DeletionLimit) {
    super('TooManyDeletes', tooManyDeletesMessage(deletes, limit));
    this.deletes = deletes;
  }
}

/**
 * Adds the deletes of a plan to those of an export. Throws {@link TooManyDeletes} if the first plan has too many, and
 * `StorageBusy` if that of a later attempt has.
 */
export function countDeletes(
  count: DeleteCount,
  transitions: readonly Transition[],
  { items, stored, limit }: DeleteContext,
): DeleteCount {
  const ending = deletedBy(transitions);
  const ended = ending.length === 0 ? count.ended : new Set([...count.ended, ...ending]);
  const deletes = ended.size;
  const allowed = count.allowed ?? deletionsAllowed({ deletes, gone: countGone(items, stored) }, limit);
  if (allowed === null) throw new TooManyDeletes(deletes, limit);
  if (deletes <= allowed) return { ended, allowed };
  throw deletesGrew(deletes, allowed);
}

/** Counts the objects that the export is to delete and that are gone already, as far as their rows still tell. */
function countGone(items: readonly ExportItem[], stored: ReadonlyMap<string, StoredObject>): number {
  const gone = new Set<string>();
  for (const { operation } of items) {
    if (operation?.operation !== 'delete') continue;
    if (stored.get(operation.sourceAnchor)?.deletedBy) gone.add(operation.sourceAnchor);
  }
  return gone.size;
}
