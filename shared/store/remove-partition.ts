/**
 * Removes the rows of a registration: its partition of the directory, and its mails.
 *
 * No row needs a condition. A deleted registration never comes back, and the next registration of the same id has another
 * partition: every row in this one must go, whenever it was written.
 */
import { odata, type TableClient } from '@azure/data-tables';
import type { RegistrationId } from '../tenant-id.ts';
import { type Partition, readPages } from './partition.ts';
import { submitGroups } from './submit-transaction.ts';
import { isRowNotFound } from './table.ts';

/** Removes all rows, a thousand at a time, until `isOver` ends it. Returns whether none is left. */
export async function removePartition(partition: Partition, isOver: () => boolean): Promise<boolean> {
  for (;;) {
    const rowKeys = await readSomeKeys(partition);
    if (rowKeys.length === 0) return true;
    if (isOver()) return false;
    await removeRows(partition, rowKeys);
  }
}

async function readSomeKeys(partition: Partition): Promise<readonly string[]> {
  // The service may answer an empty page although more rows follow.
  for await (const page of readPages(partition, null, { select: ['RowKey'] })) {
    if (page.length > 0) return page.map(({ rowKey }) => rowKey);
  }
  return [];
}

/** Removes rows in transactions, whatever they contain. Returns how many still existed. */
export function removeRows(partition: Partition, rowKeys: readonly string[]): Promise<number> {
  return submitGroups(
    partition,
    rowKeys.map((rowKey) => [{ kind: 'remove', rowKey }]),
  );
}

/** Removes the mails of a registration: all of them, or up to `most` of the weeks before a week. */
export async function removeMails(
  table: TableClient,
  registrationId: RegistrationId,
  { beforeWeek, most = Infinity }: { readonly beforeWeek?: string; readonly most?: number } = {},
): Promise<{ readonly count: number; readonly isMore: boolean }> {
  const below = beforeWeek === undefined ? 'mail}' : `mail|${beforeWeek}`;
  const filter = odata`PartitionKey ge ${'mail|'} and PartitionKey lt ${below} and RowKey eq ${registrationId}`;
  const rows = table.listEntities<{ partitionKey: string }>({ queryOptions: { filter, select: ['PartitionKey'] } });
  let [seen, count] = [0, 0];
  for await (const { partitionKey } of rows) {
    if (seen++ === most) return { count, isMore: true };
    try {
      await table.deleteEntity(partitionKey, registrationId);
      count++;
    } catch (error) {
      if (!isRowNotFound(error)) throw error;
    }
  }
  return { count, isMore: false };
}
