import { describe, expect, inject, it } from 'vitest';
import {
  anyEtag,
  removeIfUnchanged,
  type RowGroup,
  type RowWrite,
  submitGroups,
  submitTransaction,
} from '../../../shared/store/submit-transaction.ts';
import { noCounts, openTable } from '../../../shared/store/table.ts';
import { readAll } from '../../support/audit.ts';
import { newPartition } from './fixtures.ts';

const put = (rowKey: string, columns: Readonly<Record<string, string>> = {}): RowWrite => {
  return { kind: 'put', row: { rowKey, ...columns } };
};
const removal = (rowKey: string): RowGroup => [{ kind: 'remove', rowKey }];

describe('submitTransaction()', () => {
  it('returns an ETag for each row written, and counts the transaction and its rows', async () => {
    const partition = await newPartition({ counts: noCounts() });
    const etags = await submitTransaction(partition, [put('a'), put('b')]);
    const rows = await readAll(partition);
    expect(etags).toEqual([rows.get('a')?.etag, rows.get('b')?.etag]);
    expect(partition.counts).toMatchObject({ transactions: 1, rowsWritten: 2 });
  });

  it.each<[string, RowWrite]>([
    ['creates a row that exists', { kind: 'create', row: { rowKey: 'there' } }],
    ['replaces a row that has changed', { kind: 'replace', row: { rowKey: 'there' }, etag: 'W/"datetime\'other\'"' }],
    ['replaces a row that does not exist', { kind: 'replace', row: { rowKey: 'missing' }, etag: anyEtag }],
    ['merges into a row that has changed', { kind: 'merge', row: { rowKey: 'there' }, etag: 'W/"datetime\'other\'"' }],
    ['merges into a row that does not exist', { kind: 'merge', row: { rowKey: 'missing' }, etag: anyEtag }],
    ['removes a row that does not exist', { kind: 'remove', rowKey: 'missing' }],
  ])('returns undefined and writes nothing if one of its writes %s', async (_, write) => {
    const partition = await newPartition({ counts: noCounts() });
    await submitTransaction(partition, [put('there', { text: 'before' })]);
    expect(await submitTransaction(partition, [put('new'), write])).toBeUndefined();
    const rows = await readAll(partition);
    expect([...rows.keys()]).toEqual(['there']);
    expect(rows.get('there')?.text).toBe('before');
    expect(partition.counts.transactions).toBe(1);
  });

  it('replaces all columns of a row, and merges into the others', async () => {
    const partition = await newPartition();
    await submitTransaction(partition, [put('a', { x: '1', y: '1' }), put('b', { x: '1', y: '1' })]);
    await submitTransaction(partition, [
      { kind: 'replace', row: { rowKey: 'a', x: '2' }, etag: anyEtag },
      { kind: 'merge', row: { rowKey: 'b', x: '2' }, etag: anyEtag },
    ]);
    const rows = await readAll(partition);
    expect([rows.get('a')?.x, rows.get('a')?.y]).toEqual(['2', undefined]);
    expect([rows.get('b')?.x, rows.get('b')?.y]).toEqual(['2', '1']);
  });

  it('throws if the table is missing: that is no lost race', async () => {
    const table = openTable({ connectionString: inject('connectionString') }, 'NoSuchTable');
    const partition = await newPartition({ table });
    await expect(submitTransaction(partition, [put('a')])).rejects.toMatchObject({ code: 'TableNotFound' });
  });
});

describe('submitGroups()', () => {
  it.each([
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ])('writes %i rows with %i transactions', async (rows, transactions) => {
    const partition = await newPartition({ counts: noCounts() });
    const groups = Array.from({ length: rows }, (_, n) => [put(`row${n}`)]);
    expect(await submitGroups(partition, groups)).toBe(rows);
    expect(partition.counts).toMatchObject({ transactions, rowsWritten: rows });
  });

  it('never divides a group', async () => {
    const partition = await newPartition({ counts: noCounts(), rowsPerTransaction: 3 });
    const pair = (n: number): RowGroup => [put(`a${n}`), put(`b${n}`)];
    expect(await submitGroups(partition, [pair(1), pair(2), pair(3)])).toBe(6);
    expect(partition.counts.transactions).toBe(3);
  });

  it('submits each group alone if one of them loses a race, and leaves that one out', async () => {
    const partition = await newPartition();
    await submitGroups(partition, [[put('a')], [put('c')]]);
    expect(await submitGroups(partition, [removal('a'), removal('b'), removal('c')])).toBe(2);
    expect((await readAll(partition)).size).toBe(0);
  });

  it('writes nothing for no groups', async () => {
    expect(await submitGroups(await newPartition(), [])).toBe(0);
  });
});

describe('removeIfUnchanged()', () => {
  it('removes a row with the ETag, and no row with another one', async () => {
    const partition = await newPartition();
    await submitTransaction(partition, [put('a')]);
    const before = (await readAll(partition)).get('a')?.etag ?? '';
    const [etag = ''] = (await submitTransaction(partition, [put('a', { x: '2' })])) ?? [];
    expect(await removeIfUnchanged(partition, { rowKey: 'a', etag: before })).toBe(false);
    expect(await removeIfUnchanged(partition, { rowKey: 'a', etag })).toBe(true);
    expect(await removeIfUnchanged(partition, { rowKey: 'a', etag })).toBe(false);
  });
});
