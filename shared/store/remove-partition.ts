/**
 * Removes all rows of a registration of a tenant: its partition of the directory, and its mails.
 *
 * Nobody is asked for leave: a registration that is deleted never comes back, and the next one of the same id has
 * another partition. So whatever lies here, whoever wrote it and when, is to go.
 */
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import type { Partition } from './partition.ts';
import { isLostRace, isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

const rowsPerPage = 1000;
const transactionsSideBySide = 4;

/** Removes rows until none is left, or until `isOver` says so between two thousands; tells whether none is left. */
export async function removePartition(partition: Partition, isOver: () => boolean): Promise<boolean> {
  const { rowsPerTransaction } = partition;
  for (;;) {
    const rowKeys = await readRowKeys(partition);
    if (rowKeys.length === 0) return true;
    if (isOver()) return false;
    const batches = Array.from({ length: Math.ceil(rowKeys.length / rowsPerTransaction) }, (_, batch) =>
      rowKeys.slice(batch * rowsPerTransaction, (batch + 1) * rowsPerTransaction),
    );
    await pMap(batches, (batch) => removeRows(partition, batch), { concurrency: transactionsSideBySide });
  }
}

async function readRowKeys({ table, partitionKey, counts }: Partition): Promise<readonly string[]> {
  const queryOptions = { filter: odata`PartitionKey eq ${partitionKey}`, select: ['RowKey'] };
  const pages = table.listEntities<{ rowKey: string }>({ queryOptions }).byPage({ maxPageSize: rowsPerPage });
  for await (const page of pages) {
    counts.rowsRead += page.length;
    // With a continuation, a page can be empty though more rows follow.
    if (page.length > 0) return page.map(({ rowKey }) => rowKey);
  }
  return [];
}

/** Removes rows in one transaction, whatever is in them; returns how many were still there. */
export async function removeRows(partition: Partition, rowKeys: readonly string[]): Promise<number> {
  const { table, partitionKey, counts } = partition;
  try {
    await table.submitTransaction(rowKeys.map((rowKey): TransactionAction => ['delete', { partitionKey, rowKey }]));
    counts.transactions++;
    counts.rowsWritten += rowKeys.length;
    return rowKeys.length;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    if (rowKeys.length === 1) return 0;
    // Somebody else has removed one of them. Alone, that one has nothing left to do.
    let removed = 0;
    for (const rowKey of rowKeys) removed += await removeRows(partition, [rowKey]);
    return removed;
  }
}

/** Removes the mails of a registration: of all weeks, or at most so many of those before a week. */
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
