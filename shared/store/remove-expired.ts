/** Removes rows that are older than the tenant's retention. A call removes a limited number; the next call goes on. */
import { odata } from '@azure/data-tables';
import pMap from 'p-map';
import { keysFrom, type KeyRange, removedRowKey, type TimedKind, timedRowsBefore } from './keys.ts';
import { type Partition, readPages, readRow } from './partition.ts';
import { removeRows } from './remove-partition.ts';
import type { ReadRow } from './row.ts';
import { removeIfUnchanged } from './submit-transaction.ts';
import { isLostRace } from './table.ts';

/** How many rows were removed, and whether more expired rows may be left. */
export type Removed = { readonly count: number; readonly isMore: boolean };

/** The moment before which rows have expired, and how many are removed at most. */
export type Expiry = { readonly before: Date; readonly most: number };

const rowsPerPage = 1000;

/**
 * Removes expired rows of a kind that is sorted by time. Such rows never change, so no condition is needed.
 *
 * The moment is written to `removed|<kind>` before the first row is removed: otherwise an audit would report the rows as
 * missing, also if the removal is interrupted.
 */
export async function removeTimedRows(partition: Partition, kind: TimedKind, expiry: Expiry): Promise<Removed> {
  const range = timedRowsBefore(kind, expiry.before);
  let [seen, count] = [0, 0];
  while (seen < expiry.most) {
    const rows = await readSome(partition, range, { pageSize: Math.min(rowsPerPage, expiry.most - seen) });
    if (rows.length === 0) return { count, isMore: false };
    if (seen === 0) await noteRemoval(partition, kind, expiry.before);
    seen += rows.length;
    count += await removeRows(
      partition,
      rows.map(({ rowKey }) => rowKey),
    );
  }
  return { count, isMore: true };
}

/** Reads the keys and ETags of the first rows of a range. */
async function readSome(
  partition: Partition,
  range: KeyRange,
  { pageSize, filter }: { pageSize: number; filter?: string },
): Promise<readonly ReadRow[]> {
  const options = { pageSize, select: ['RowKey'], ...(filter ? { filter } : {}) };
  // The service may answer an empty page although more rows follow.
  for await (const page of readPages(partition, range, options)) if (page.length > 0) return page;
  return [];
}

const mostAttempts = 10;

/** Writes the moment before which rows of a kind are removed. If two removals run at once, the later moment stays. */
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
 * Removes failures that began before a moment, each on the condition that it has not changed: a failure that an export
 * writes again in the meantime stays.
 */
export async function removeOldFailures(partition: Partition, { before, most }: Expiry): Promise<Removed> {
  const filter = odata`since lt ${before.toISOString()}`;
  const rows = await readSome(partition, keysFrom('failure|'), { pageSize: Math.min(rowsPerPage, most), filter });
  const removed = await pMap(rows, (row) => removeIfUnchanged(partition, row), { concurrency: deletesSideBySide });
  return { count: removed.filter(Boolean).length, isMore: rows.length === Math.min(rowsPerPage, most) };
}
