/**
 * Turns transitions of objects into the rows of one entity group transaction.
 *
 * The rows of objects and values are written on the condition that they have the ETags that were planned with. Two rows
 * need no ETag:
 *
 * - An object that vacates a value clears the holder in the value's row without having read it. The holder changes only
 *   together with the row of the object, whose ETag is checked; the number of waiting objects stays.
 * - A `vacated|` row exists exactly as long as its value is vacant, under the id of the run that vacated it. The write that
 *   ends the vacancy removes the row. Removing a row fails if it does not exist, and a removal in a transaction can have
 *   no other condition.
 */
import { valueChanges } from '../directory/transitions/transition.ts';
import type { WrittenTransition } from '../directory/transitions/cut-transition.ts';
import { errorActions } from './error-actions.ts';
import { historyActions } from './history-actions.ts';
import { partOf } from './is-unfinished.ts';
import { deletedRowKey } from './keys.ts';
import { deletedToRow, objectToRow, type StoredObject } from './object-row.ts';
import { deletionToRow } from './vacancy-row.ts';
import { netValues, valueActions } from './value-actions.ts';
import type { KnownRows, RowAction, WriteContext } from './write-context.ts';

/** Builds the rows for transitions that are written together. Throws {@link StalePlan} if the known rows contradict them. */
export function rowActions(transitions: readonly WrittenTransition[], context: WriteContext): readonly RowAction[] {
  const changes = transitions.map((transition) => ({ transition, ...valueChanges(transition) }));
  const net = netValues(changes);
  return [
    ...transitions.flatMap((transition) => objectActions(transition, context)),
    ...[...net].flatMap(([key, change]) => valueActions(key, change, context)),
    ...changes.flatMap((change) => errorActions(change, context)),
    ...changes.flatMap((change) => historyActions(change, { ...context, net })),
  ];
}

function objectActions(transition: WrittenTransition, { known, runId }: WriteContext): readonly RowAction[] {
  const { sourceAnchor, before, after, isPart } = transition;
  const stored = known.objects.get(sourceAnchor);
  if (!after) return deleteActions(sourceAnchor, stored, runId);
  const writtenBy = isPart ? partOf(runId) : runId;
  const row = objectToRow(after, writtenBy);
  const afterWrite = (rows: KnownRows, etag: string): void => {
    rows.objects.set(sourceAnchor, { etag, writtenBy, object: after });
  };
  if (!stored) return [{ write: { kind: 'create', row }, afterWrite }];
  const action: RowAction = { write: { kind: 'replace', row, etag: stored.etag }, afterWrite };
  if (before || !stored.deletedBy) return [action];
  return [action, { write: { kind: 'remove', rowKey: deletedRowKey(sourceAnchor, stored.deletedBy) } }];
}

function deleteActions(sourceAnchor: string, stored: StoredObject | undefined, runId: string): readonly RowAction[] {
  if (!stored) throw new Error(`Cannot delete object "${sourceAnchor}": its row was not read`);
  return [
    {
      write: { kind: 'replace', row: deletedToRow(sourceAnchor, runId), etag: stored.etag },
      afterWrite: (rows, etag) => {
        rows.objects.set(sourceAnchor, { etag, writtenBy: runId, deletedBy: runId });
      },
    },
    { write: { kind: 'create', row: deletionToRow(sourceAnchor, runId) } },
  ];
}
