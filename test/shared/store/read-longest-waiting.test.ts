import { beforeAll, describe, expect, it } from 'vitest';
import type { ValueKey } from '../../../shared/directory/values.ts';
import { errorToRow } from '../../../shared/store/error-row.ts';
import type { Partition } from '../../../shared/store/partition.ts';
import { readLongestWaiting } from '../../../shared/store/read-longest-waiting.ts';
import { submitGroups } from '../../../shared/store/submit-transaction.ts';
import { groupWith, monday, tuesday } from '../directory/fixtures.ts';
import { newPartition } from './fixtures.ts';

const aliasOf = (n: number): string => `v${String(n).padStart(3, '0')}@contoso.com`;
const keyOf = (n: number): ValueKey => `smtp|${aliasOf(n)}`;

/** The row of an object that waits for a value. */
function waits(sourceAnchor: string, n: number, { since = monday, place }: { since?: Date; place?: number } = {}) {
  const whenStarted = since.toISOString();
  const propertyValue = `smtp:${aliasOf(n)}`;
  const entry = { propertyName: 'ProxyAddresses', propertyValue, whenStarted } as const;
  return errorToRow(groupWith(sourceAnchor), place === undefined ? entry : { ...entry, place });
}

let partition: Partition;

beforeAll(async () => {
  partition = await newPartition();
  const many = Array.from({ length: 120 }, (_, n) => n + 10);
  const rows = [
    ...[waits('late', 1, { since: tuesday }), waits('early', 1)],
    ...[waits('tenth', 2, { place: 10 }), waits('second', 2, { place: 2 })],
    ...[waits('b', 3), waits('a', 3)],
    ...many.flatMap((n) => [waits(`late${n}`, n, { since: tuesday }), waits(`early${n}`, n)]),
  ];
  await submitGroups(
    partition,
    rows.map((row) => [{ kind: 'put', row }]),
  );
});

describe('readLongestWaiting()', () => {
  it.each([
    ['began to wait first', 1, 'early'],
    ['has the first place of its export', 2, 'second'],
    ['has the first anchor, if moment and place are equal', 3, 'a'],
  ])('returns the object that %s', async (_, n, sourceAnchor) => {
    expect((await readLongestWaiting(partition, [keyOf(n)])).get(keyOf(n))?.sourceAnchor).toBe(sourceAnchor);
  });

  it('leaves out values that no object waits for', async () => {
    expect((await readLongestWaiting(partition, [keyOf(0)])).size).toBe(0);
  });

  it.each([100, 101])('finds the same objects for %i values, looked up or scanned', async (count) => {
    const keys = Array.from({ length: count }, (_, n) => keyOf(n + 10));
    const waiters = await readLongestWaiting(partition, keys.toReversed());
    expect([...waiters].map(([key, { sourceAnchor }]) => `${key} ${sourceAnchor}`).sort()).toEqual(
      keys.map((key, n) => `${key} early${n + 10}`),
    );
  });
});
