import { odata } from '@azure/data-tables';
import { beforeAll, describe, expect, it } from 'vitest';
import { keysFrom, keysUpTo } from '../../../shared/store/keys.ts';
import { type Partition, readPage, readPages, readRow, type RowPage } from '../../../shared/store/partition.ts';
import { scanWhileCheaper } from '../../../shared/store/scan-while-cheaper.ts';
import { submitGroups } from '../../../shared/store/submit-transaction.ts';
import { noCounts } from '../../../shared/store/table.ts';
import { newPartition } from './fixtures.ts';

const letters = ['a', 'b', 'c', 'd', 'e'];
const all = keysFrom('row|');
let partition: Partition;

beforeAll(async () => {
  partition = await newPartition();
  await submitGroups(partition, [
    ...letters.map((letter, number) => [{ kind: 'put' as const, row: { rowKey: `row|${letter}`, number } }]),
    [{ kind: 'put', row: { rowKey: 'other|a' } }],
  ]);
});

const keysOf = ({ rows }: Pick<RowPage, 'rows'>): readonly string[] => rows.map(({ rowKey }) => rowKey.slice(-1));

describe('readRow()', () => {
  it('returns the row with its ETag, and counts it', async () => {
    const counts = noCounts();
    const row = await readRow({ ...partition, counts }, 'row|b');
    expect(row).toMatchObject({ rowKey: 'row|b', number: 1, etag: expect.stringContaining('W/') as string });
    expect(counts.rowsRead).toBe(1);
  });

  it('returns undefined if there is no such row', async () => {
    expect(await readRow(partition, 'row|z')).toBeUndefined();
  });
});

describe('readPages()', () => {
  async function pagesOf(...parameters: Parameters<typeof readPages>): Promise<(readonly string[])[]> {
    const pages: (readonly string[])[] = [];
    for await (const rows of readPages(...parameters)) pages.push(keysOf({ rows }));
    return pages.filter((page) => page.length > 0);
  }

  it('returns the rows of a range in the order of their keys', async () => {
    expect(await pagesOf(partition, all)).toEqual([letters]);
    expect(await pagesOf(partition, keysUpTo('row|b', 'row|d'))).toEqual([['b', 'c', 'd']]);
  });

  it('returns all rows of the partition without a range', async () => {
    expect((await pagesOf(partition, null)).flat()).toHaveLength(6);
  });

  it('returns pages of the given size', async () => {
    expect(await pagesOf(partition, all, { pageSize: 2 })).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('returns only the rows that match the filter, and only the selected columns', async () => {
    const rows = [];
    const options = { filter: odata`number gt ${2}`, select: ['RowKey'] };
    for await (const page of readPages(partition, all, options)) rows.push(...page);
    expect(keysOf({ rows })).toEqual(['d', 'e']);
    expect(rows[0]?.number).toBeUndefined();
  });
});

describe('readPage()', () => {
  it.each([
    [undefined, 2, ['a', 'b'], 'row|b'],
    ['row|b', 2, ['c', 'd'], 'row|d'],
    ['row|d', 2, ['e'], undefined],
    [undefined, 5, letters, undefined],
    [undefined, 4, ['a', 'b', 'c', 'd'], 'row|d'],
    ['row|e', 2, [], undefined],
    // A row that was removed since the last page.
    ['row|bb', 2, ['c', 'd'], 'row|d'],
  ])('after %j returns up to %i rows', async (after, pageSize, expected, next) => {
    const page = await readPage(partition, all, { after, pageSize });
    expect({ keys: keysOf(page), next: page.next }).toEqual({ keys: expected, next });
  });

  it('fills a page with rows that match the filter', async () => {
    const page = await readPage(partition, all, { pageSize: 2, filter: odata`number ge ${1}` });
    expect({ keys: keysOf(page), next: page.next }).toEqual({ keys: ['b', 'c'], next: 'row|c' });
  });

  it('ends a page early after 8 MiB of rows', async () => {
    const large = await newPartition();
    const columns = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`text${n}`, 'x'.repeat(32_000)]));
    for (let n = 10; n < 40; n++)
      await submitGroups(large, [[{ kind: 'put', row: { rowKey: `row|${n}`, ...columns } }]]);
    const first = await readPage(large, all, { pageSize: 100 });
    const mebibytes = (first.rows.length * 12 * 32_000) / 1024 / 1024;
    expect(mebibytes).toBeGreaterThan(7.5);
    expect(mebibytes).toBeLessThan(9);
    const second = await readPage(large, all, { after: first.next, pageSize: 100 });
    expect(first.rows.length + second.rows.length).toBe(30);
    expect(second.next).toBeUndefined();
  });
});

describe('scanWhileCheaper()', () => {
  async function scan(thanReads: number): Promise<{ seen: number; reached: string | undefined }> {
    let seen = 0;
    const reached = await scanWhileCheaper(many, all, { thanReads, look: () => seen++ });
    return { seen, reached };
  }
  let many: Partition;
  beforeAll(async () => {
    many = await newPartition();
    const rowKeys = Array.from({ length: 1_500 }, (_, n) => `row|${String(n).padStart(4, '0')}`);
    await submitGroups(
      many,
      rowKeys.map((rowKey) => [{ kind: 'put', row: { rowKey } }]),
    );
  });

  it('scans the whole range while that costs less than the reads', async () => {
    expect(await scan(50)).toEqual({ seen: 1_500, reached: undefined });
  });

  it('stops after a page that made it dearer, and returns the last key that it reached', async () => {
    expect(await scan(33)).toEqual({ seen: 1_000, reached: 'row|0999' });
  });

  it('goes on after a page of exactly the same cost', async () => {
    expect(await scan(34)).toMatchObject({ seen: 1_500 });
  });
});
