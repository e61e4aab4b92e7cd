import { describe, expect, it } from 'vitest';
import {
  countFailures,
  readFailures,
  removeFailure,
  type StoredFailure,
  writeFailures,
} from '../../../shared/store/failures.ts';
import { monday } from '../directory/fixtures.ts';
import { newPartition } from './fixtures.ts';

const failureOf = (sourceAnchor: string, rest: Partial<StoredFailure> = {}): StoredFailure => ({
  ...{ sourceAnchor, objectId: null, operation: 'add', objectType: 'User', displayName: 'Joe' },
  ...{
    code: 'IdentityDataValidationFailed',
    message: 'Cannot add user "Joe".',
    since: monday.toISOString(),
    exportId: 'x',
  },
  ...rest,
});
const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `a/${String(n).padStart(4, '0')}`);

describe('readFailures()', () => {
  it('returns the failures of the given objects as they were written', async () => {
    const partition = await newPartition();
    const unknown = failureOf('c', { operation: null, objectType: null, displayName: null });
    await writeFailures(partition, { failed: [failureOf('a/+'), failureOf('b'), unknown], succeeded: [] });
    const failures = await readFailures(partition, ['c', 'a/+', 'missing']);
    expect([...failures]).toEqual([
      ['a/+', failureOf('a/+')],
      ['c', unknown],
    ]);
  });

  it('returns nothing for no objects', async () => {
    expect((await readFailures(await newPartition(), [])).size).toBe(0);
  });
});

describe('writeFailures()', () => {
  it('writes more failures than one transaction holds, and removes those of objects that succeeded', async () => {
    const partition = await newPartition();
    const anchors = numbered(150);
    await writeFailures(partition, { failed: anchors.map((anchor) => failureOf(anchor)), succeeded: [] });
    expect(await countFailures(partition)).toEqual({ count: 150, isMore: false });
    await writeFailures(partition, { failed: [failureOf('b')], succeeded: anchors });
    expect(await countFailures(partition)).toEqual({ count: 1, isMore: false });
  });

  it('removes the others if one of the failures does not exist', async () => {
    const partition = await newPartition();
    await writeFailures(partition, { failed: [failureOf('a'), failureOf('c')], succeeded: [] });
    await writeFailures(partition, { failed: [], succeeded: ['a', 'b', 'c'] });
    expect(await countFailures(partition)).toEqual({ count: 0, isMore: false });
  });
});

describe('countFailures()', () => {
  it('counts up to a thousand', async () => {
    const partition = await newPartition();
    await writeFailures(partition, { failed: numbered(1_000).map((anchor) => failureOf(anchor)), succeeded: [] });
    expect(await countFailures(partition)).toEqual({ count: 1_000, isMore: true });
  });
});

describe('removeFailure()', () => {
  it('returns the failure that it removes, and undefined if there is none', async () => {
    const partition = await newPartition();
    await writeFailures(partition, { failed: [failureOf('a/+')], succeeded: [] });
    expect(await removeFailure(partition, 'a/+')).toEqual(failureOf('a/+'));
    expect(await removeFailure(partition, 'a/+')).toBeUndefined();
  });
});
