/** Removes vacant values that no object waits for, and deleted objects. */
import type { ValueKey } from '../directory/values.ts';
import { objectRowKey, vacatedRowKey, valueRowKey } from './keys.ts';
import type { Partition } from './partition.ts';
import { submitGroups } from './submit-transaction.ts';

/** A vacant value and the run that vacated it, or a deleted object and the key of its `vacated|` row. */
export type Removal =
  | { readonly key: ValueKey; readonly runId: string }
  | { readonly sourceAnchor: string; readonly vacatedRowKey: string };

/**
 * Removes rows, each together with its `vacated|` row.
 *
 * A removal in a transaction takes no ETag. The condition is that the `vacated|` row still exists: a write that takes the
 * value, or adds the deleted object again, removes that row, and removing a missing row fails.
 */
export async function removeVacant(partition: Partition, removals: readonly Removal[]): Promise<void> {
  await submitGroups(
    partition,
    removals.map((removal) => rowKeysOf(removal).map((rowKey) => ({ kind: 'remove', rowKey }))),
  );
}

function rowKeysOf(removal: Removal): readonly string[] {
  if ('key' in removal) return [vacatedRowKey(removal.key, removal.runId), valueRowKey(removal.key)];
  return [removal.vacatedRowKey, objectRowKey(removal.sourceAnchor)];
}
