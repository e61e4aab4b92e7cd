/** Removes the rows of what is no longer: vacant values that nobody waits for, and deleted objects. */
import type { TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import type { ValueKey } from '../directory/values.ts';
import { objectRowKey, vacatedRowKey, valueRowKey } from './keys.ts';
import type { Partition } from './partition.ts';
import { isLostRace } from './table.ts';

/** A vacant value by its key and the operation that vacated it, or a deleted object by the row that tells of it. */
export type Removal =
  | { readonly key: ValueKey; readonly operationId: string }
  | { readonly sourceAnchor: string; readonly vacatedRowKey: string };

const removalsPerTransaction = 50;

/**
 * Removes rows, each together with its `vacated|` row.
 *
 * A delete inside a transaction takes no ETag. The condition is that the `vacated|` row is still there: whoever takes
 * a vacant value, or adds a deleted object again, deletes that row, and to delete a row that is not there fails.
 */
export async function removeVacant(partition: Partition, removals: readonly Removal[]): Promise<void> {
  const batches: Removal[][] = [];
  for (let start = 0; start < removals.length; start += removalsPerTransaction) {
    batches.push(removals.slice(start, start + removalsPerTransaction));
  }
  await pMap(batches, (batch) => removeBatch(partition, batch), { concurrency: 4 });
}

async function removeBatch(partition: Partition, batch: readonly Removal[]): Promise<void> {
  const { table, partitionKey, counts } = partition;
  const actions = batch
    .flatMap((removal) => rowKeysOf(removal))
    .map((rowKey): TransactionAction => {
      return ['delete', { partitionKey, rowKey }];
    });
  try {
    await table.submitTransaction(actions);
    counts.transactions++;
    counts.rowsWritten += actions.length;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    // One of them is in use again, or removed by another sweep. Alone, that one is simply no longer to be removed.
    if (batch.length > 1) for (const removal of batch) await removeBatch(partition, [removal]);
  }
}

function rowKeysOf(removal: Removal): readonly string[] {
  if ('key' in removal) return [vacatedRowKey(removal.key, removal.operationId), valueRowKey(removal.key)];
  return [removal.vacatedRowKey, objectRowKey(removal.sourceAnchor)];
}
