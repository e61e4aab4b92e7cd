/** A tenant's partition, read: point reads side by side, or one scan of a range, whichever is cheaper. */
import { odata, type TableClient } from '@azure/data-tables';
import pMap from 'p-map';
import { type KeyRange, keysAfter } from './keys.ts';
import type { ReadRow } from './rows.ts';
import { isRowNotFound, type StorageCounts } from './table.ts';

/** A tenant's partition of the directory table, and the counts of what goes over the wire for it. */
export type Partition = {
  readonly table: TableClient;
  /** The registration of the tenant, which is the key of its partition. */
  readonly tenantId: string;
  readonly counts: StorageCounts;
  /** How many rows one entity group transaction holds: 100 on the service. Smaller where tests look at the seams. */
  readonly rowsPerTransaction: number;
};

const readsSideBySide = 16;
const rowsPerPage = 1000;

/** Up to this many rows are read one by one, whatever the size of the tenant: the cost is then the same in all. */
const mostPointReads = 2_500;

/** A scan reads about this many rows in the time of one point read. */
const rowsPerPointRead = 30;

/** Reads one row; undefined where there is none. */
export async function readRow({ table, tenantId, counts }: Partition, rowKey: string): Promise<ReadRow | undefined> {
  try {
    const row = await table.getEntity(tenantId, rowKey, { disableTypeConversion: false });
    counts.rowsRead++;
    return row as unknown as ReadRow;
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Reads the rows of a range (null: all rows) page by page, in the order of their keys; 1,000 rows a page unless
 * `pageSize` says less.
 */
export async function* readPages(
  { table, tenantId, counts }: Partition,
  keys: KeyRange | null,
  { pageSize = rowsPerPage, filter, select }: { pageSize?: number; filter?: string; select?: string[] } = {},
): AsyncGenerator<readonly ReadRow[]> {
  const range = keys
    ? odata`PartitionKey eq ${tenantId} and RowKey ge ${keys.from} and RowKey lt ${keys.below}`
    : odata`PartitionKey eq ${tenantId}`;
  const queryOptions = { filter: filter ? `${range} and (${filter})` : range, ...(select ? { select } : {}) };
  for await (const page of table
    .listEntities({ queryOptions })
    .byPage({ maxPageSize: Math.min(pageSize, rowsPerPage) })) {
    counts.rowsRead += page.length;
    yield page as unknown as ReadRow[];
  }
}

/** A page of rows, and the key after which the next page begins; undefined on the last page. */
export type RowPage = { readonly rows: readonly ReadRow[]; readonly next: string | undefined };

/** Reads one page of a range, beginning after a key. Stable: what stood throughout is neither repeated nor left out. */
export async function readPage(
  partition: Partition,
  range: KeyRange,
  { after, pageSize, filter }: { after?: string | undefined; pageSize: number; filter?: string },
): Promise<RowPage> {
  const rest = after === undefined ? range : keysAfter(after, range);
  const rows: ReadRow[] = [];
  for await (const page of readPages(partition, rest, { pageSize: pageSize + 1, ...(filter ? { filter } : {}) })) {
    rows.push(...page);
    // With a filter the service may end a page early.
    if (rows.length > pageSize) return { rows: rows.slice(0, pageSize), next: rows[pageSize - 1]?.rowKey };
  }
  return { rows, next: undefined };
}

/**
 * Reads the rows of the given keys, all within a range; those that do not exist are left out.
 *
 * Few are read one by one. For many, the range is scanned; a scan that turns out dearer than the point reads (the
 * tenant is much larger than the export) is given up, and the keys that it has not reached are read one by one: at
 * most twice the cost of the better way.
 */
export async function readRows(
  partition: Partition,
  range: KeyRange,
  rowKeys: readonly string[],
): Promise<ReadonlyMap<string, ReadRow>> {
  const rows = new Map<string, ReadRow>();
  let rest = rowKeys;
  if (rowKeys.length > mostPointReads) {
    const reached = await scanFor(new Set(rowKeys), rows, { partition, range });
    rest = reached === null ? [] : rowKeys.filter((rowKey) => rowKey > reached);
  }
  await pMap(
    rest,
    async (rowKey) => {
      const row = await readRow(partition, rowKey);
      if (row) rows.set(rowKey, row);
    },
    { concurrency: readsSideBySide },
  );
  return rows;
}

/** Scans as far as it is cheaper than point reads; gives the last key reached, or null at the end of the range. */
async function scanFor(
  wanted: ReadonlySet<string>,
  rows: Map<string, ReadRow>,
  { partition, range }: { partition: Partition; range: KeyRange },
): Promise<string | null> {
  let scanned = 0;
  for await (const page of readPages(partition, range)) {
    for (const row of page) if (wanted.has(row.rowKey)) rows.set(row.rowKey, row);
    scanned += page.length;
    const last = page.at(-1);
    if (last && scanned > wanted.size * rowsPerPointRead) return last.rowKey;
  }
  return null;
}
