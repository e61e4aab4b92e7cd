import { describe, expect, it } from 'vitest';
import type { Partition } from '../../../shared/store/partition.ts';
import { forRows, readRows } from '../../../shared/store/read-rows.ts';
import { submitGroups } from '../../../shared/store/submit-transaction.ts';
import { countRequests, noCounts } from '../../../shared/store/table.ts';
import { newPartition } from './fixtures.ts';

const mostPointReads = 2_500;

const keyOf = (n: number): string => `row|${String(n).padStart(5, '0')}`;
const keysTo = (count: number): string[] => Array.from({ length: count }, (_, n) => keyOf(n));

/** A partition with every third of so many rows. */
async function withEveryThird(count: number): Promise<Partition> {
  const partition = await newPartition();
  const rowKeys = keysTo(count).filter((_, n) => n % 3 === 0);
  await submitGroups(
    partition,
    rowKeys.map((rowKey) => [{ kind: 'put', row: { rowKey } }]),
  );
  return partition;
}

describe('readRows()', () => {
  it('returns the rows that exist, by key', async () => {
    const rows = await readRows(await withEveryThird(10), [...keysTo(5), 'missing']);
    expect([...rows.keys()].sort()).toEqual([keyOf(0), keyOf(3)]);
  });

  it('returns nothing for no keys', async () => {
    expect((await readRows(await newPartition(), [])).size).toBe(0);
  });
});

describe('forRows()', () => {
  it('reads 2,500 rows one by one, and scans for one more; both find the same rows', async () => {
    const partition = await withEveryThird(mostPointReads + 1);
    for (const [count, mostRequests] of [
      [mostPointReads, mostPointReads],
      [mostPointReads + 1, 8],
    ] as const) {
      const counts = noCounts();
      const found: string[] = [];
      const rowKeys = keysTo(count).toReversed();
      await countRequests(counts, () => forRows(partition, rowKeys, ({ rowKey }) => void found.push(rowKey)));
      expect(found.sort()).toEqual(keysTo(count).filter((_, n) => n % 3 === 0));
      expect(counts.requests).toBeLessThanOrEqual(mostRequests);
      expect(counts.requests).toBeGreaterThan(mostRequests / 10);
    }
  });

  it('looks only at the rows with the given keys, also while it scans', async () => {
    const partition = await withEveryThird(6_000);
    const rowKeys = keysTo(6_000).filter((_, n) => n % 2 === 0);
    let seen = 0;
    await forRows(partition, rowKeys, () => seen++);
    expect(seen).toBe(1_000);
  });
});
