/** Removes rows that are older than a tenant keeps them. What one call leaves behind, the next one finds. */
import { odata } from '@azure/data-tables';
import pMap from 'p-map';
import { keysFrom, type KeyRange, removedRowKey, type TimedKind, timedRowsBefore } from './keys.ts';
import { type Partition, readPages, readRow } from './partition.ts';
import { removeRows } from './remove-partition.ts';
import type { ReadRow } from './rows.ts';
import { isLostRace } from './table.ts';

/** How many rows were removed, and whether more may be left than one call removes. */
export type Removed = { readonly count: number; readonly isMore: boolean };

/** From before which moment rows are removed, and how many at most. */
export type Expiry = { readonly before: Date; readonly most: number };

const rowsPerPage = 1000;
const transactionsSideBySide = 4;

/**
 * Removes rows of a kind that lie by time, in transactions.
 *
 * Such rows never change, so that no condition is needed. Until when rows are removed is written first: an audit must
 * not take for lost what is missing on purpose, wherever this is cut off.
 */
export async function removeTimedRows(partition: Partition, kind: TimedKind, expiry: Expiry): Promise<Removed> {
  const range = timedRowsBefore(kind, expiry.before);
  let [seen, count] = [0, 0];
  while (seen < expiry.most) {
    const rows = await readSome(partition, range, { pageSize: Math.min(rowsPerPage, expiry.most - seen) });
    if (rows.length === 0) return { count, isMore: false };
    if (seen === 0) await noteRemoval(partition, kind, expiry.before);
    seen += rows.length;
    count += await removeInTransactions(partition, rows);
  }
  return { count, isMore: true };
}

async function removeInTransactions(partition: Partition, rows: readonly ReadRow[]): Promise<number> {
  const { rowsPerTransaction } = partition;
  const rowKeys = rows.map(({ rowKey }) => rowKey);
  const batches = Array.from({ length: Math.ceil(rowKeys.length / rowsPerTransaction) }, (_, batch) =>
    rowKeys.slice(batch * rowsPerTransaction, (batch + 1) * rowsPerTransaction),
  );
  const removed = await pMap(batches, (batch) => removeRows(partition, batch), { concurrency: transactionsSideBySide });
  return removed.reduce((sum, count) => sum + count, 0);
}

/** Reads the first rows of a range: their keys and ETags. */
async function readSome(
  partition: Partition,
  range: KeyRange,
  { pageSize, filter }: { pageSize: number; filter?: string },
): Promise<readonly ReadRow[]> {
  const options = { pageSize, select: ['RowKey'], ...(filter ? { filter } : {}) };
  // With a continuation, a page can be empty though more rows follow.
  for await (const page of readPages(partition, range, options)) if (page.length > 0) return page;
  return [];
}

const mostAttempts = 10;

/** Writes until when rows of a kind are removed. Of two at once the later moment stays: that is what both say together. */
async function noteRemoval(partition: Partition, kind: TimedKind, before: Date): Promise<void> {
  const { table, partitionKey, counts } = partition;
  const row = { partitionKey, rowKey: removedRowKey(kind), before: before.toISOString() };
  for (let attempt = 1; ; attempt++) {
    const noted = await readRow(partition, row.rowKey);
    if (noted && Date.parse(String(noted.before)) >= before.getTime()) return;
    try {
      if (noted) await table.updateEntity(row, 'Replace', { etag: noted.etag });
      else await table.createEntity(row);
      counts.rowsWritten++;
      return;
    } catch (error) {
      if (!isLostRace(error) || attempt === mostAttempts) throw error;
    }
  }
}

const deletesSideBySide = 8;

/**
 * Removes failures by when they began, one by one, each only as it was read: a failure that an export writes again
 * meanwhile stays.
 */
export async function removeOldFailures(partition: Partition, { before, most }: Expiry): Promise<Removed> {
  const filter = odata`since lt ${before.toISOString()}`;
  const rows = await readSome(partition, keysFrom('failure|'), { pageSize: Math.min(rowsPerPage, most), filter });
  const removed = await pMap(rows, (row) => removeAsRead(partition, row), { concurrency: deletesSideBySide });
  return { count: removed.filter(Boolean).length, isMore: rows.length === Math.min(rowsPerPage, most) };
}

/** Removes a row while it has the ETag under which it was read; reports whether it did. */
async function removeAsRead({ table, partitionKey, counts }: Partition, { rowKey, etag }: ReadRow): Promise<boolean> {
  try {
    await table.deleteEntity(partitionKey, rowKey, { etag });
    counts.rowsWritten++;
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}
