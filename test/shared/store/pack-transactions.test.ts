import { describe, expect, it } from 'vitest';
import { packSteps, packTransactions, fitsTransaction, type Write } from '../../../shared/store/pack-transactions.ts';
import { StalePlan } from '../../../shared/store/write-context.ts';
import { groupWith } from '../directory/fixtures.ts';
import { adding, changing, exportContext } from './fixtures.ts';

/** A new object with so many addresses takes a row for itself and one for each address. */
const objectOfRows = (sourceAnchor: string, rows: number) =>
  groupWith(sourceAnchor, ...Array.from({ length: rows - 1 }, (_, n) => `smtp:${sourceAnchor}${n}@contoso.com`));
const cluster = (sourceAnchor: string, rows: number) => [adding(objectOfRows(sourceAnchor, rows))];

const anchorsOf = (writes: readonly Write[]): readonly string[] =>
  writes.flatMap(({ transitions }) => transitions.map(({ sourceAnchor }) => sourceAnchor));

const rowsPerTransaction = 10;

function packed(clusters: readonly (readonly [string, number])[]): readonly (readonly string[])[] {
  const written = clusters.map(([sourceAnchor, rows]) => cluster(sourceAnchor, rows));
  return [...packTransactions(written, rowsPerTransaction, exportContext())].map(anchorsOf);
}

/** An object whose value another object holds, by the rows that were read. */
function staleCluster() {
  const context = exportContext();
  const held = { etag: 'etag', holder: 'another', waiting: 0, vacatedBy: null };
  context.known.values.set('smtp|taken@contoso.com', held);
  return { context, transitions: [adding(groupWith('late', 'smtp:taken@contoso.com'))] };
}

describe('packTransactions()', () => {
  it('packs clusters into one transaction up to its number of rows', () => {
    expect(
      packed([
        ['a', 4],
        ['b', 6],
      ]),
    ).toEqual([['a', 'b']]);
    expect(
      packed([
        ['a', 4],
        ['b', 7],
      ]),
    ).toEqual([['a'], ['b']]);
  });

  it('fills the first of several open transactions that has room', () => {
    expect(
      packed([
        ['a', 7],
        ['b', 9],
        ['c', 3],
      ]),
    ).toEqual([['a', 'c'], ['b']]);
  });

  it('keeps at most eight transactions open, and completes the oldest first', () => {
    const nine = Array.from({ length: 9 }, (_, n) => [`large${n}`, 9] as const);
    expect(packed([...nine, ['small', 2]])[0]).toEqual(['large0']);
    expect(packed([...nine, ['small', 2]])).toHaveLength(10);
  });

  it('returns a cluster that is too large for one transaction alone', () => {
    const packs = [...packTransactions([cluster('a', 11), cluster('b', 2)], rowsPerTransaction, exportContext())];
    expect(packs.map(anchorsOf)).toEqual([['a'], ['b']]);
    expect(packs.map(([write]) => write && fitsTransaction(write, rowsPerTransaction))).toEqual([false, true]);
  });

  it('leaves out a cluster whose plan is stale', () => {
    const { context, transitions } = staleCluster();
    const packs = [...packTransactions([transitions, cluster('a', 2)], rowsPerTransaction, context)];
    expect(packs.map(anchorsOf)).toEqual([['a']]);
  });
});

describe('fitsTransaction()', () => {
  it.each([
    [{ rows: 100, bytes: 3_500_000 }, true],
    [{ rows: 101, bytes: 0 }, false],
    [{ rows: 1, bytes: 3_500_001 }, false],
  ])('of %o is %s', (size, fits) => expect(fitsTransaction(size, 100)).toBe(fits));
});

describe('packSteps()', () => {
  it('packs steps of different objects together, in their order', () => {
    const steps = ['a', 'b', 'c'].map((anchor) => adding(objectOfRows(anchor, 4)));
    const writes = [...packSteps(steps, rowsPerTransaction, exportContext())];
    expect(writes.map((write) => anchorsOf([write]))).toEqual([['a', 'b'], ['c']]);
  });

  it('writes two steps of one object in two transactions, the second with the ETag of the first', () => {
    const context = exportContext();
    const [first, second] = [groupWith('a'), { ...groupWith('a'), placeholder: null }];
    const steps = packSteps([adding(first), changing(first, second)], rowsPerTransaction, context);
    const [write] = (steps.next().value as Write).actions;
    expect(write?.write.kind).toBe('create');
    write?.afterWrite?.(context.known, 'the first');
    const [next] = (steps.next().value as Write).actions;
    expect(next?.write).toMatchObject({ kind: 'replace', etag: 'the first' });
  });

  it('throws if the known rows contradict a step', () => {
    const { context, transitions } = staleCluster();
    expect(() => [...packSteps(transitions, rowsPerTransaction, context)]).toThrow(StalePlan);
  });
});
