import { describe, expect, it } from 'vitest';
import { joinRepairs, readRowsBefore, type Repair, writeRepair } from '../../../shared/store/repairs.ts';
import { submitTransaction } from '../../../shared/store/submit-transaction.ts';
import { readAll } from '../../support/audit.ts';
import { newPartition } from './fixtures.ts';

const touching = (rowKey: string, ...rowKeys: string[]): Repair => ({
  kind: 'write',
  touches: { rowKey, etag: 'etag' },
  writes: rowKeys.map((written) => ({ kind: 'put', row: { rowKey: written } })),
});
const removal: Repair = { kind: 'remove', rowKey: 'x', etag: 'etag' };
const untouching: Repair = { kind: 'write', touches: null, writes: [{ kind: 'remove', rowKey: 'y' }] };

describe('joinRepairs()', () => {
  const fromOf = (repairs: readonly Repair[], rows = 100) => joinRepairs(repairs, rows).map(({ from }) => from);

  it('joins the repairs that touch the same row', () => {
    const joined = joinRepairs([touching('a', '1'), touching('b', '2'), touching('a', '3')], 100);
    expect(joined.map(({ from }) => from)).toEqual([[0, 2], [1]]);
    expect(joined[0]?.repair).toEqual(touching('a', '1', '3'));
  });

  it('leaves repairs alone that touch no row', () => {
    expect(fromOf([removal, untouching, removal, untouching])).toEqual([[0], [1], [2], [3]]);
  });

  it('joins as many as fit one transaction together with the touched row, and leaves out the others', () => {
    const repairs = [touching('a', '1', '2'), touching('a', '3'), touching('a', '4')];
    expect(fromOf(repairs, 5)).toEqual([[0, 1, 2]]);
    expect(fromOf(repairs, 4)).toEqual([[0, 1]]);
  });
});

describe('writeRepair()', () => {
  async function withRows() {
    const partition = await newPartition();
    const writes = ['source', 'wrong'].map((rowKey) => ({ kind: 'put' as const, row: { rowKey, text: 'before' } }));
    const [source = '', wrong = ''] = (await submitTransaction(partition, writes)) ?? [];
    return { partition, source, wrong };
  }
  const correction = { kind: 'put', row: { rowKey: 'wrong', text: 'after' } } as const;

  it('writes the rows and touches their source, which stays the same but for its ETag', async () => {
    const { partition, source } = await withRows();
    const repair: Repair = { kind: 'write', touches: { rowKey: 'source', etag: source }, writes: [correction] };
    expect(await writeRepair(partition, repair)).toBe(true);
    const rows = await readAll(partition);
    expect([rows.get('wrong')?.text, rows.get('source')?.text]).toEqual(['after', 'before']);
    expect(rows.get('source')?.etag).not.toBe(source);
  });

  it('writes nothing if the source has changed', async () => {
    const { partition, source } = await withRows();
    await submitTransaction(partition, [{ kind: 'put', row: { rowKey: 'source', text: 'changed' } }]);
    const repair: Repair = { kind: 'write', touches: { rowKey: 'source', etag: source }, writes: [correction] };
    expect(await writeRepair(partition, repair)).toBe(false);
    expect((await readAll(partition)).get('wrong')?.text).toBe('before');
  });

  it('removes a row only with its ETag', async () => {
    const { partition, source, wrong } = await withRows();
    expect(await writeRepair(partition, { kind: 'remove', rowKey: 'wrong', etag: source })).toBe(false);
    expect(await writeRepair(partition, { kind: 'remove', rowKey: 'wrong', etag: wrong })).toBe(true);
    expect([...(await readAll(partition)).keys()]).toEqual(['source']);
  });
});

describe('readRowsBefore()', () => {
  it('returns the rows that will be overwritten or removed, and the merged columns only', async () => {
    const partition = await newPartition();
    const columns = { x: '1', y: '1' };
    const writes = ['a', 'b', 'c'].map((rowKey) => ({ kind: 'put' as const, row: { rowKey, ...columns } }));
    await submitTransaction(partition, writes);
    const rows = await readRowsBefore(partition, [
      {
        kind: 'write',
        touches: null,
        writes: [
          { kind: 'create', row: { rowKey: 'new' } },
          { kind: 'put', row: { rowKey: 'a' } },
          { kind: 'merge', row: { rowKey: 'b', x: '2' }, etag: '*' },
          { kind: 'put', row: { rowKey: 'missing' } },
        ],
      },
      { kind: 'remove', rowKey: 'c', etag: '*' },
    ]);
    expect(rows.map(({ rowKey, x, y }) => [rowKey, x, y])).toEqual([
      ['a', '1', '1'],
      ['b', '1', undefined],
      ['c', '1', '1'],
    ]);
  });
});
