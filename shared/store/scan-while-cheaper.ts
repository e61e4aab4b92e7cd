import type { KeyRange } from './keys.ts';
import { type Partition, readPages } from './partition.ts';
import type { ReadRow } from './row.ts';

/** A scan reads about this many rows in the time of one read by key. */
const rowsPerRead = 30;

/**
 * Scans a range of keys, and stops as soon as it has taken longer than a number of reads by key would: so finding rows takes
 * at most twice as long as in the better way. Returns the last key that it reached if it stopped, undefined if it is done.
 */
export async function scanWhileCheaper(
  partition: Partition,
  range: KeyRange,
  { thanReads, look }: { readonly thanReads: number; readonly look: (row: ReadRow) => void },
): Promise<string | undefined> {
  let scanned = 0;
  for await (const page of readPages(partition, range)) {
    for (const row of page) look(row);
    scanned += page.length;
    const reached = page.at(-1)?.rowKey;
    if (reached !== undefined && scanned > thanReads * rowsPerRead) return reached;
  }
  return undefined;
}
