/** The partition of a tenant's rows, and how single rows and ranges of it are read. */
import { odata, type TableClient } from '@azure/data-tables';
import { type KeyRange, keysAfter } from './keys.ts';
import type { ReadRow } from './row.ts';
import type { RegistrationId } from '../tenant-id.ts';
import { isRowNotFound, type StorageCounts } from './table.ts';
import { isAnswerTooLarge } from './time-bounds.ts';

/** A registration's partition of a table. What is read and written is counted in `counts`. */
export type Partition = {
  readonly table: TableClient;
  readonly partitionKey: string;
  /** The registration whose rows the partition holds. */
  readonly registrationId: RegistrationId;
  readonly counts: StorageCounts;
  /** How many rows one entity group transaction holds: 100 in the service, fewer in tests of the boundaries. */
  readonly rowsPerTransaction: number;
};

const rowsPerPage = 1000;

/** Reads one row; undefined if there is none. */
export async function readRow(
  { table, partitionKey, counts }: Partition,
  rowKey: string,
): Promise<ReadRow | undefined> {
  try {
    const row = await table.getEntity(partitionKey, rowKey, { disableTypeConversion: false });
    counts.rowsRead++;
    return row as unknown as ReadRow;
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Reads the rows of a range (null: all rows) page by page, in the order of their keys.
 *
 * A page has up to 1,000 rows, or `pageSize` if that is less. If a page would be too large to answer, the rest is read in
 * smaller pages.
 */
export async function* readPages(
  { table, partitionKey, counts }: Partition,
  keys: KeyRange | null,
  { pageSize = rowsPerPage, filter, select }: { pageSize?: number; filter?: string; select?: string[] } = {},
): AsyncGenerator<readonly ReadRow[]> {
  const range = keys
    ? odata`PartitionKey eq ${partitionKey} and RowKey ge ${keys.from} and RowKey lt ${keys.below}`
    : odata`PartitionKey eq ${partitionKey}`;
  const queryOptions = { filter: filter ? `${range} and (${filter})` : range, ...(select ? { select } : {}) };
  let maxPageSize = Math.min(pageSize, rowsPerPage);
  let reached: { continuationToken?: string } = {};
  for (;;) {
    try {
      for await (const page of table.listEntities({ queryOptions }).byPage({ maxPageSize, ...reached })) {
        const { continuationToken } = page;
        reached = continuationToken ? { continuationToken } : {};
        counts.rowsRead += page.length;
        yield page as unknown as ReadRow[];
      }
      return;
    } catch (error) {
      if (!isAnswerTooLarge(error) || maxPageSize === 1) throw error;
      maxPageSize = Math.ceil(maxPageSize / 32);
    }
  }
}

/** The memory that a row takes besides its columns. */
const bytesOfAnyRow = 100;

/** Returns about how much memory a row takes, in bytes. */
export function sizeOf(row: ReadRow): number {
  let size = bytesOfAnyRow;
  for (const value of Object.values(row)) {
    if (typeof value === 'string' || value instanceof Uint8Array) size += value.length;
  }
  return size;
}

/** A page of rows, and the key after which the next page begins; undefined on the last page. */
export type RowPage = { readonly rows: readonly ReadRow[]; readonly next: string | undefined };

/** A page ends after this many bytes of rows: the answer takes a few times as much memory. */
const largestPage = 8 * 1024 * 1024;

/**
 * Reads one page of a range, beginning after a key: `pageSize` rows, or fewer if they are large.
 *
 * Pages are stable: a row that exists throughout is neither repeated nor left out.
 */
export async function readPage(
  partition: Partition,
  range: KeyRange,
  { after, pageSize, filter }: { after?: string | undefined; pageSize: number; filter?: string },
): Promise<RowPage> {
  const rest = after === undefined ? range : keysAfter(after, range);
  const rows: ReadRow[] = [];
  let size = 0;
  // With a filter, the service may end a page early.
  for await (const page of readPages(partition, rest, { pageSize: pageSize + 1, ...(filter ? { filter } : {}) })) {
    for (const row of page) {
      if (rows.length === pageSize || size > largestPage) return { rows, next: rows.at(-1)?.rowKey };
      rows.push(row);
      size += sizeOf(row);
    }
  }
  return { rows, next: undefined };
}
