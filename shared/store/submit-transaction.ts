/** Submits rows of one partition in entity group transactions: each is written as a whole or not at all. */
import type { TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import type { Partition } from './partition.ts';
import type { Row } from './row.ts';
import { isLostRace } from './table.ts';

/**
 * One row of a transaction. `create` fails if the row exists, `replace` and `merge` if it has another ETag, `remove` if it
 * does not exist; `put` never fails.
 */
export type RowWrite =
  | { readonly kind: 'create' | 'put'; readonly row: Row }
  | { readonly kind: 'replace' | 'merge'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'remove'; readonly rowKey: string };

/** Matches any ETag, if only the row exists. */
export const anyEtag = '*';

/** Submits one transaction. Returns the new ETag of each row, or undefined if it lost a race: then nothing was written. */
export async function submitTransaction(
  { table, partitionKey, counts }: Partition,
  writes: readonly RowWrite[],
): Promise<readonly (string | undefined)[] | undefined> {
  try {
    const { subResponses } = await table.submitTransaction(writes.map((write) => actionOf(write, partitionKey)));
    counts.transactions++;
    counts.rowsWritten += writes.length;
    return subResponses.map(({ etag }) => etag);
  } catch (error) {
    if (isLostRace(error)) return undefined;
    throw error;
  }
}

function actionOf(write: RowWrite, partitionKey: string): TransactionAction {
  switch (write.kind) {
    case 'create':
      return ['create', { partitionKey, ...write.row }];
    case 'put':
      return ['upsert', { partitionKey, ...write.row }, 'Replace'];
    case 'remove':
      return ['delete', { partitionKey, rowKey: write.rowKey }];
    case 'replace':
      return ['update', { partitionKey, ...write.row }, 'Replace', { etag: write.etag }];
    case 'merge':
      return ['update', { partitionKey, ...write.row }, 'Merge', { etag: write.etag }];
  }
}

/** Removes one row if it still has an ETag; returns whether it did. Within a transaction, a removal takes no ETag. */
export async function removeIfUnchanged(
  { table, partitionKey, counts }: Partition,
  { rowKey, etag }: { readonly rowKey: string; readonly etag: string },
): Promise<boolean> {
  try {
    await table.deleteEntity(partitionKey, rowKey, { etag });
    counts.rowsWritten++;
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

/** Rows that must be written together. */
export type RowGroup = readonly RowWrite[];

const transactionsSideBySide = 4;

/**
 * Submits groups of rows, as many groups in a transaction as fit. Returns how many rows were written.
 *
 * If a transaction loses a race, each of its groups is submitted alone. A group that loses alone has nothing left to do.
 */
export async function submitGroups(partition: Partition, groups: readonly RowGroup[]): Promise<number> {
  const packs = packGroups(groups, partition.rowsPerTransaction);
  const written = await pMap(packs, (pack) => submitPack(partition, pack), { concurrency: transactionsSideBySide });
  return written.reduce((sum, count) => sum + count, 0);
}

async function submitPack(partition: Partition, pack: readonly RowGroup[]): Promise<number> {
  const writes = pack.flat();
  if (await submitTransaction(partition, writes)) return writes.length;
  if (pack.length === 1) return 0;
  let written = 0;
  for (const group of pack) written += await submitPack(partition, [group]);
  return written;
}

function packGroups(groups: readonly RowGroup[], rowsPerTransaction: number): readonly (readonly RowGroup[])[] {
  const packs: RowGroup[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    if (rows + group.length > rowsPerTransaction) {
      packs.push([]);
      rows = 0;
    }
    packs.at(-1)?.push(group);
    rows += group.length;
  }
  return packs;
}
