/** Repairs: conditional writes that correct rows. */
import { type Partition, readRow } from './partition.ts';
import type { ReadRow, Row } from './row.ts';
import { removeIfUnchanged, type RowWrite, submitTransaction } from './submit-transaction.ts';

/**
 * The repair of a finding: rows that are written together, or one row that is removed if it still has the ETag.
 *
 * `touches` is a row that the written rows follow from. The repair depends on its ETag and writes it unchanged, so that an
 * export that has read it plans again.
 */
export type Repair =
  | {
      readonly kind: 'write';
      readonly touches: { readonly rowKey: string; readonly etag: string } | null;
      readonly writes: readonly RowWrite[];
    }
  | { readonly kind: 'remove'; readonly rowKey: string; readonly etag: string };

/** Reads the rows that repairs will overwrite or remove; of a merged row only the columns that the merge writes. */
export async function readRowsBefore(partition: Partition, repairs: readonly Repair[]): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = [];
  for (const repair of repairs) {
    const writes: readonly RowWrite[] =
      repair.kind === 'remove' ? [{ kind: 'remove', rowKey: repair.rowKey }] : repair.writes;
    for (const write of writes) {
      if (write.kind === 'create') continue;
      const row = await readRow(partition, write.kind === 'remove' ? write.rowKey : write.row.rowKey);
      if (row) rows.push(write.kind === 'merge' ? pick(row, write.row) : row);
    }
  }
  return rows;
}

function pick(row: ReadRow, columns: Row): ReadRow {
  const names = ['etag', ...Object.keys(columns)];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as ReadRow;
}

/** Writes a repair in one transaction. Returns false if another write was faster; then it changed nothing. */
export async function writeRepair(partition: Partition, repair: Repair): Promise<boolean> {
  if (repair.kind === 'remove') return removeIfUnchanged(partition, repair);
  const { touches, writes } = repair;
  const touch: readonly RowWrite[] = touches
    ? [{ kind: 'merge', row: { rowKey: touches.rowKey }, etag: touches.etag }]
    : [];
  return (await submitTransaction(partition, [...touch, ...writes])) !== undefined;
}

/** A repair, and the indices of the repairs that it was joined from. */
type JoinedRepair = { readonly repair: Repair; readonly from: readonly number[] };

/**
 * Joins repairs that follow from the same row, up to the rows of one transaction.
 *
 * If a row needs more repairs than fit, only the first of them are returned: writing them changes the ETag of the row, and
 * the next audit finds the rest.
 */
export function joinRepairs(repairs: readonly Repair[], rowsPerTransaction: number): readonly JoinedRepair[] {
  const joined: JoinedRepair[] = [];
  const byTouched = new Map<string, { repair: Repair & { kind: 'write' }; from: number[] }>();
  for (const [index, repair] of repairs.entries()) {
    if (repair.kind === 'remove' || !repair.touches) {
      joined.push({ repair, from: [index] });
      continue;
    }
    const { rowKey } = repair.touches;
    const first = byTouched.get(rowKey);
    if (!first) byTouched.set(rowKey, { repair, from: [index] });
    else if (first.repair.writes.length + repair.writes.length < rowsPerTransaction) {
      byTouched.set(rowKey, {
        repair: { ...first.repair, writes: [...first.repair.writes, ...repair.writes] },
        from: [...first.from, index],
      });
    }
  }
  return [...joined, ...byTouched.values()];
}
