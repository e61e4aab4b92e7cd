/** Reads rows by their keys: one by one, or by scanning the range between them, whichever is cheaper. */
import pMap from 'p-map';
import { keysUpTo } from './keys.ts';
import { type Partition, readRow, sizeOf } from './partition.ts';
import type { ReadRow } from './row.ts';
import { scanWhileCheaper } from './scan-while-cheaper.ts';

const readsSideBySide = 16;
const scansSideBySide = 4;

/** Up to this many rows are read one by one, so that an export of this size costs the same in a tenant of any size. */
const mostPointReads = 2_500;

/** The most bytes of rows in one result; parsed, they take a few times as much memory. */
const mostBytes = 64 * 1024 * 1024;

/** The rows are too large to be held in memory together: read fewer. */
export class TooMuchToRead extends Error {
  constructor() {
    super(`Cannot read the rows: they have more than ${mostBytes / 1024 / 1024} MiB together`);
    this.name = 'TooMuchToRead';
  }
}

/** Reads the rows that exist of the given keys. Throws {@link TooMuchToRead} above 64 MiB. */
export async function readRows(
  partition: Partition,
  rowKeys: readonly string[],
): Promise<ReadonlyMap<string, ReadRow>> {
  const rows = new Map<string, ReadRow>();
  let size = 0;
  await forRows(partition, rowKeys, (row) => {
    size += sizeOf(row);
    if (size > mostBytes) throw new TooMuchToRead();
    rows.set(row.rowKey, row);
  });
  return rows;
}

/**
 * Calls `look` with each row that exists of the given keys, one after another, in no order.
 *
 * Up to 2,500 rows are read one by one. For more, the range between the keys is scanned in four pieces side by side. If the
 * tenant turns out to be much larger than the list, the scan stops, and the keys that it has not reached are read one by one.
 */
export async function forRows(
  partition: Partition,
  rowKeys: readonly string[],
  look: (row: ReadRow) => void,
): Promise<void> {
  let rest = rowKeys;
  if (rowKeys.length > mostPointReads) {
    const left = await pMap(inPieces(rowKeys.toSorted()), (piece) => scanPiece(partition, piece, look));
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

/** Scans from the first of sorted keys to the last. Returns the keys that it did not reach. */
async function scanPiece(
  partition: Partition,
  rowKeys: readonly string[],
  look: (row: ReadRow) => void,
): Promise<readonly string[]> {
  const [first, last] = [rowKeys[0], rowKeys.at(-1)];
  if (first === undefined || last === undefined) return [];
  const named = new Set(rowKeys);
  const reached = await scanWhileCheaper(partition, keysUpTo(first, last), {
    thanReads: rowKeys.length,
    look: (row) => {
      if (named.has(row.rowKey)) look(row);
    },
  });
  return reached === undefined ? [] : rowKeys.filter((rowKey) => rowKey > reached);
}
