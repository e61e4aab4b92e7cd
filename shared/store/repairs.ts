/** Mends: conditional writes that bring rows in order, and what stood in the rows before. */
import type { TransactionAction } from '@azure/data-tables';
import { type Partition, readRow } from './partition.ts';
import type { ReadRow, Row } from './rows.ts';
import { isLostRace } from './table.ts';

/** One row of a mend. A row is replaced, merged or touched only while it has the ETag. */
export type RowWrite =
  | { readonly kind: 'create' | 'put'; readonly row: Row }
  | { readonly kind: 'replace' | 'merge'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'remove'; readonly rowKey: string };

/**
 * What mends a finding: writes that take place together, or one row that is removed while it has the ETag.
 *
 * `touches` names a row that the writes follow from: it must not have changed, and is written as it is, so that an
 * export that is under way with it plans again.
 */
export type Repair =
  | {
      readonly kind: 'write';
      readonly touches: { readonly rowKey: string; readonly etag: string } | null;
      readonly writes: readonly RowWrite[];
    }
  | { readonly kind: 'remove'; readonly rowKey: string; readonly etag: string };

/** Gives the rows that mends write over or remove, as they are now; of a merge no more than the columns it writes. */
export async function readRowsBefore(partition: Partition, mends: readonly Repair[]): Promise<readonly ReadRow[]> {
  const prior: ReadRow[] = [];
  for (const mend of mends) {
    const writes: readonly RowWrite[] =
      mend.kind === 'remove' ? [{ kind: 'remove', rowKey: mend.rowKey }] : mend.writes;
    for (const write of writes) {
      if (write.kind === 'create') continue;
      const row = await readRow(partition, write.kind === 'remove' ? write.rowKey : write.row.rowKey);
      if (row) prior.push(write.kind === 'merge' ? pick(row, write.row) : row);
    }
  }
  return prior;
}

function pick(row: ReadRow, columns: Row): ReadRow {
  const names = ['etag', ...Object.keys(columns)];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as ReadRow;
}

/** Writes a mend in one transaction; tells whether it did, or somebody else was faster and it did nothing. */
export async function writeRepair(partition: Partition, mend: Repair): Promise<boolean> {
  const { table, partitionKey, counts } = partition;
  try {
    if (mend.kind === 'remove') {
      await table.deleteEntity(partitionKey, mend.rowKey, { etag: mend.etag });
      counts.rowsWritten++;
      return true;
    }
    const touch: TransactionAction[] = mend.touches
      ? [['update', { partitionKey, rowKey: mend.touches.rowKey }, 'Merge', { etag: mend.touches.etag }]]
      : [];
    const actions = [...touch, ...mend.writes.map((write) => actionOf(write, partitionKey))];
    await table.submitTransaction(actions);
    counts.transactions++;
    counts.rowsWritten += actions.length;
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
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

/**
 * Joins mends that follow from the same row into mends of as many rows as one transaction holds.
 *
 * Gives each with the indices of what it was made of. Of several that one row needs, only the first is written now: its
 * ETag is then another, and the next audit gives the rest.
 */
export function joinRepairs(
  mends: readonly Repair[],
  rowsPerTransaction: number,
): readonly { readonly mend: Repair; readonly from: readonly number[] }[] {
  const joined: { mend: Repair; from: number[] }[] = [];
  const byTouched = new Map<string, { mend: Repair & { kind: 'write' }; from: number[] }>();
  for (const [index, mend] of mends.entries()) {
    if (mend.kind === 'remove' || !mend.touches) {
      joined.push({ mend, from: [index] });
      continue;
    }
    const { rowKey } = mend.touches;
    const first = byTouched.get(rowKey);
    if (!first) byTouched.set(rowKey, { mend, from: [index] });
    else if (first.mend.writes.length + mend.writes.length < rowsPerTransaction) {
      byTouched.set(rowKey, {
        mend: { ...first.mend, writes: [...first.mend.writes, ...mend.writes] },
        from: [...first.from, index],
      });
    }
  }
  return [...joined, ...byTouched.values()];
}
