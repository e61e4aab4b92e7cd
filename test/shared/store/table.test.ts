import { RestError } from '@azure/data-tables';
import { describe, expect, inject, it } from 'vitest';
import {
  countRequests,
  isDenied,
  isFromStorage,
  isLostRace,
  isRowNotFound,
  isTableMissing,
  isUnavailable,
  noCounts,
  openTable,
  storageErrorCode,
} from '../../../shared/store/table.ts';
import { newPartition } from './fixtures.ts';

const connectionString = inject('connectionString');
const row = { partitionKey: 'p', rowKey: 'r' };

/** Returns the error of work that fails. */
async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}

const kinds = { isLostRace, isRowNotFound, isTableMissing, isUnavailable, isDenied, isFromStorage };
const kindsOf = (error: unknown): readonly string[] =>
  Object.entries(kinds).flatMap(([name, is]) => (is(error) ? [name] : []));

describe('the errors of the storage', () => {
  it.each<[string, string, readonly string[]]>([
    ['a row that exists', 'EntityAlreadyExists', ['isLostRace', 'isFromStorage']],
    ['a row that has changed', 'UpdateConditionNotSatisfied', ['isLostRace', 'isFromStorage']],
    ['a row that is missing', 'ResourceNotFound', ['isLostRace', 'isRowNotFound', 'isFromStorage']],
  ])('are read of %s, alone and in a transaction', async (name, code, expected) => {
    const { table, partitionKey } = await newPartition();
    const there = { partitionKey, rowKey: 'there' };
    await table.createEntity(there);
    const other = { etag: 'W/"datetime\'other\'"' };
    const works: readonly (() => Promise<unknown>)[] = name.endsWith('exists')
      ? [() => table.createEntity(there), () => table.submitTransaction([['create', there]])]
      : name.endsWith('changed')
        ? [
            () => table.updateEntity(there, 'Replace', other),
            () => table.submitTransaction([['update', there, 'Replace', other]]),
          ]
        : [
            () => table.deleteEntity(partitionKey, 'missing'),
            () => table.submitTransaction([['delete', { partitionKey, rowKey: 'missing' }]]),
          ];
    for (const work of works) {
      const error = await errorOf(work);
      expect(storageErrorCode(error)).toBe(code);
      expect(kindsOf(error)).toEqual(expected);
    }
  });

  it('of a missing table is no missing row: the same request may succeed later', async () => {
    const table = openTable({ connectionString }, 'NoSuchTable');
    const error = await errorOf(() => table.getEntity('p', 'r'));
    expect(kindsOf(error)).toEqual(['isTableMissing', 'isUnavailable', 'isFromStorage']);
  });

  it('of a wrong key is that access is denied', async () => {
    const wrong = connectionString.replace(/AccountKey=[^;]+/, `AccountKey=${btoa('another key')}`);
    const error = await errorOf(() => openTable({ connectionString: wrong }, 'Tenants').createEntity(row));
    expect(kindsOf(error)).toEqual(['isUnavailable', 'isDenied', 'isFromStorage']);
  });

  it('of an address without a server is that the storage is unavailable', async () => {
    const nowhere = connectionString.replace(/TableEndpoint=http:\/\/[^/]+/, 'TableEndpoint=http://127.0.0.1:9');
    const table = openTable({ connectionString: nowhere, maxRetries: 0 }, 'Tenants');
    expect(kindsOf(await errorOf(() => table.createEntity(row)))).toEqual(['isUnavailable', 'isFromStorage']);
  });

  it.each([
    [400, false],
    [408, true],
    [409, false],
    [429, true],
    [500, true],
    [503, true],
  ])('with status %i: unavailable is %s', (statusCode, expected) => {
    expect(isUnavailable(new RestError('x', { statusCode }))).toBe(expected);
  });

  it.each([new Error('x'), 'x', undefined])('are not %o', (error) => expect(kindsOf(error)).toEqual([]));
});

describe('countRequests()', () => {
  it('counts the requests of the work, and of no other work at the same time', async () => {
    const { table, partitionKey } = await newPartition();
    const read = () => errorOf(() => table.getEntity(partitionKey, 'missing'));
    const [one, two] = [noCounts(), noCounts()];
    await Promise.all([
      countRequests(one, read),
      countRequests(two, async () => {
        await read();
        await read();
      }),
      read(),
    ]);
    expect([one.requests, two.requests]).toEqual([1, 2]);
  });
});
