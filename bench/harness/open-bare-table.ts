/** The bare client reads and writes the same rows with @azure/data-tables alone. The service cannot be faster. */
import { odata, TableClient, type TableEntity, type TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import { inParts } from './in-parts.ts';

/** A row as the service wrote it, without its partition. */
export type BareRow = Omit<TableEntity, 'partitionKey'>;

/** Opens a table for the bare client, or a table of the service by its name. */
export async function openBareTable(connectionString: string, name = 'Bare'): Promise<TableClient> {
  const table = TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
  await table.createTable();
  return table;
}

type Range = { readonly from: string; readonly below: string };

const everything: Range = { from: ' ', below: '~' };

/** Reads the rows of a partition, or of a range of it, page by page: 1,000 rows a request. */
export async function scan(table: TableClient, partitionKey: string, range = everything): Promise<BareRow[]> {
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${range.from} and RowKey lt ${range.below}`;
  const rows: BareRow[] = [];
  for await (const page of table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: 1000 })) {
    for (const row of page) rows.push(withoutSystemColumns(row));
  }
  return rows;
}

function withoutSystemColumns(row: Record<string, unknown>): BareRow {
  const { partitionKey: _partition, etag: _etag, timestamp: _timestamp, 'odata.metadata': _metadata, ...columns } = row;
  return columns;
}

/** Reads a partition in ranges of equal size, side by side. */
export async function scanSideBySide(
  table: TableClient,
  partitionKey: string,
  { rowKeys, concurrency }: { rowKeys: readonly string[]; concurrency: number },
): Promise<void> {
  const borders = Array.from({ length: concurrency - 1 }, (_, n) => {
    return rowKeys[Math.floor(((n + 1) * rowKeys.length) / concurrency)] ?? everything.below;
  });
  const starts = [everything.from, ...borders];
  await Promise.all(
    starts.map((from, n) => scan(table, partitionKey, { from, below: starts[n + 1] ?? everything.below })),
  );
}

/** Reads rows one by one. */
export async function readPoints(
  table: TableClient,
  partitionKey: string,
  { rowKeys, concurrency }: { rowKeys: readonly string[]; concurrency: number },
): Promise<void> {
  await pMap(rowKeys, (rowKey) => table.getEntity(partitionKey, rowKey), { concurrency });
}

/** A change of a row: the row after the change, or before it if it is deleted. */
export type RowChange = { readonly kind: 'create' | 'update' | 'delete'; readonly row: BareRow };

const rowsPerTransaction = 100;

/** Writes changes into a partition in full transactions. */
export async function writeChanges(
  table: TableClient,
  partitionKey: string,
  { changes, concurrency }: { changes: readonly RowChange[]; concurrency: number },
): Promise<void> {
  const transactions = inParts(changes, rowsPerTransaction).map((part) =>
    part.map(({ kind, row }): TransactionAction => {
      const entity = { ...row, partitionKey } as TableEntity;
      return kind === 'update' ? ['update', entity, 'Replace'] : [kind, entity];
    }),
  );
  await pMap(transactions, (actions) => table.submitTransaction(actions), { concurrency });
}

/** Writes new rows into a partition in full transactions. */
export async function writeRows(
  table: TableClient,
  partitionKey: string,
  { rows, concurrency }: { rows: readonly BareRow[]; concurrency: number },
): Promise<void> {
  const changes = rows.map((row): RowChange => ({ kind: 'create', row }));
  await writeChanges(table, partitionKey, { changes, concurrency });
}
