/** A tenant's partition, read: point reads side by side, or one scan of a range, whichever is cheaper. */
import { odata, type TableClient } from '@azure/data-tables';
import pMap from 'p-map';
import { type KeyRange, keysAfter, keysUpTo } from './keys.ts';
import type { ReadRow } from './rows.ts';
import type { RegistrationId } from '../tenant-id.ts';
import { isRowNotFound, type StorageCounts } from './table.ts';
import { isAnswerTooLarge } from './time-bounds.ts';

/** A tenant's partition of the directory table, and the counts of what goes over the wire for it. */
export type Partition = {
  readonly table: TableClient;
  readonly partitionKey: string;
  /** The registration whose rows the partition holds. */
  readonly registrationId: RegistrationId;
  readonly counts: StorageCounts;
  /** How many rows one entity group transaction holds: 100 on the service. Smaller where tests look at the seams. */
  readonly rowsPerTransaction: number;
};

const readsSideBySide = 16;
const scansSideBySide = 4;
const rowsPerPage = 1000;

/** Up to this many rows are read one by one, whatever the size of the tenant: the cost is then the same in all. */
const mostPointReads = 2_500;

/** A scan reads about this many rows in the time of one point read. */
const rowsPerPointRead = 30;

/** Reads one row; undefined where there is none. */
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
 * Reads the rows of a range (null: all rows) page by page, in the order of their keys; 1,000 rows a page unless
 * `pageSize` says less, and fewer where so many are more than the storage may answer with.
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

/** What a row takes beside what stands in it. */
const bytesOfAnyRow = 100;

/** Tells about how much room a row takes, in bytes. */
function sizeOf(row: ReadRow): number {
  let size = bytesOfAnyRow;
  for (const value of Object.values(row)) {
    if (typeof value === 'string' || value instanceof Uint8Array) size += value.length;
  }
  return size;
}

/** A page of rows, and the key after which the next page begins; undefined on the last page. */
export type RowPage = { readonly rows: readonly ReadRow[]; readonly next: string | undefined };

/** A page ends after this much of rows, however many are asked for: what is answered is a few times as much. */
const largestPage = 8 * 1024 * 1024;

/**
 * Reads one page of a range, beginning after a key: `pageSize` rows, or fewer where they are large.
 *
 * Stable: what stood throughout is neither repeated nor left out.
 */
export async function readPage(
  partition: Partition,
  range: KeyRange,
  { after, pageSize, filter }: { after?: string | undefined; pageSize: number; filter?: string },
): Promise<RowPage> {
  const rest = after === undefined ? range : keysAfter(after, range);
  const rows: ReadRow[] = [];
  let size = 0;
  // With a filter the service may end a page early.
  for await (const page of readPages(partition, rest, { pageSize: pageSize + 1, ...(filter ? { filter } : {}) })) {
    for (const row of page) {
      if (rows.length === pageSize || size > largestPage) return { rows, next: rows.at(-1)?.rowKey };
      rows.push(row);
      size += sizeOf(row);
    }
  }
  return { rows, next: undefined };
}

/** How much of rows may be held at once that were asked for by name, in bytes: what is parsed takes a few times as much. */
const mostNamed = 64 * 1024 * 1024;

/** Rows that were asked for by name take more room together than may be held at once. Ask for fewer. */
export class TooMuchToRead extends Error {
  constructor() {
    super(`The rows that are asked for have more than ${mostNamed / 1024 / 1024} MiB together`);
    this.name = 'TooMuchToRead';
  }
}

/** Reads the rows of the given keys; those that do not exist are left out. Throws {@link TooMuchToRead} above 64 MiB. */
export async function readRows(
  partition: Partition,
  rowKeys: readonly string[],
): Promise<ReadonlyMap<string, ReadRow>> {
  const rows = new Map<string, ReadRow>();
  let size = 0;
  await forRows(partition, rowKeys, (row) => {
    size += sizeOf(row);
    if (size > mostNamed) throw new TooMuchToRead();
    rows.set(row.rowKey, row);
  });
  return rows;
}

/**
 * Looks at the rows of the given keys, one after another, in no order; those that do not exist are left out.
 *
 * Few are read one by one. For many, what lies between them is scanned, in pieces side by side; a scan that turns out
 * dearer than the point reads (the tenant is much larger than the export) is given up, and the keys that it has not
 * reached are read one by one: at most twice the cost of the better way.
 */
export async function forRows(
  partition: Partition,
  rowKeys: readonly string[],
  look: (row: ReadRow) => void,
): Promise<void> {
  let rest = rowKeys;
  if (rowKeys.length > mostPointReads) {
    const left = await pMap(inPieces(rowKeys.toSorted()), (piece) => scanFor(piece, look, partition));
    rest = left.flat();
  }
  await pMap(
    rest,
    async (rowKey) => {
      const row = await readRow(partition, rowKey);
      if (row) look(row);
    },
    { concurrency: readsSideBySide },
  );
}

function inPieces(rowKeys: readonly string[]): readonly (readonly string[])[] {
  const size = Math.ceil(rowKeys.length / scansSideBySide);
  return Array.from({ length: scansSideBySide }, (_, n) => rowKeys.slice(n * size, (n + 1) * size));
}

/** Scans from the first of some sorted keys to the last, as far as that is cheaper than point reads; gives the keys not reached. */
async function scanFor(
  rowKeys: readonly string[],
  look: (row: ReadRow) => void,
  partition: Partition,
): Promise<readonly string[]> {
  const [from, last] = [rowKeys[0], rowKeys.at(-1)];
  if (from === undefined || last === undefined) return [];
  const wanted = new Set(rowKeys);
  let scanned = 0;
  for await (const page of readPages(partition, keysUpTo(from, last))) {
    for (const row of page) if (wanted.has(row.rowKey)) look(row);
    scanned += page.length;
    const reached = page.at(-1)?.rowKey;
    if (reached !== undefined && scanned > rowKeys.length * rowsPerPointRead) {
      return rowKeys.filter((rowKey) => rowKey > reached);
    }
  }
  return [];
}
