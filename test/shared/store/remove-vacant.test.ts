import { describe, expect, it } from 'vitest';
import { commit } from '../../../shared/store/commit.ts';
import { vacatedRowKey } from '../../../shared/store/keys.ts';
import { removePartition } from '../../../shared/store/remove-partition.ts';
import { removeVacant } from '../../../shared/store/remove-vacant.ts';
import { submitGroups } from '../../../shared/store/submit-transaction.ts';
import { audit, readAll } from '../../support/audit.ts';
import { adding, deleting, exportContext, newPartition, storedGroup } from './fixtures.ts';

const key = 'smtp|sales@contoso.com';
const sales = 'smtp:sales@contoso.com';

/** A partition with one deleted object, whose value is vacant. */
async function withVacancy() {
  const partition = await newPartition();
  const [object, context] = [storedGroup('holder', sales), exportContext()];
  await commit(partition, [adding(object)], context);
  await commit(partition, [deleting(object)], { ...context, runId: 'deleting' });
  return { partition, context };
}
const removals = [
  { key, runId: 'deleting' },
  { sourceAnchor: 'holder', vacatedRowKey: 'vacated|object|holder|deleting' },
] as const;

describe('removeVacant()', () => {
  it('removes vacant values and deleted objects with their `vacated|` rows', async () => {
    const { partition } = await withVacancy();
    await removeVacant(partition, removals);
    expect((await readAll(partition)).size).toBe(0);
  });

  it('leaves a value that an object has taken in the meantime, and removes the rest', async () => {
    const { partition, context } = await withVacancy();
    await commit(partition, [adding(storedGroup('next', sales))], { ...context, runId: 'taking' });
    await removeVacant(partition, removals);
    expect([...(await readAll(partition)).keys()]).toEqual(['object|next', 'value|proxy|sales@contoso.com']);
    expect(await audit(partition)).toEqual([]);
  });

  it('leaves a value that was taken and vacated again by another run', async () => {
    const { partition, context } = await withVacancy();
    const next = storedGroup('next', sales);
    await commit(partition, [adding(next)], { ...context, runId: 'taking' });
    await commit(partition, [deleting(next)], { ...context, runId: 'again' });
    await removeVacant(partition, removals);
    expect((await readAll(partition)).has(vacatedRowKey(key, 'again'))).toBe(true);
    expect(await audit(partition)).toEqual([]);
  });
});

describe('removePartition()', () => {
  const rowsOf = (count: number) =>
    Array.from({ length: count }, (_, n) => [{ kind: 'put' as const, row: { rowKey: `row|${n}` } }]);

  it('removes all rows, also more than one page', async () => {
    const partition = await newPartition();
    await submitGroups(partition, rowsOf(1_100));
    expect(await removePartition(partition, () => false)).toBe(true);
    expect((await readAll(partition)).size).toBe(0);
  });

  it('stops between two pages if the time is over, and returns whether rows are left', async () => {
    const partition = await newPartition();
    await submitGroups(partition, rowsOf(1_100));
    let pages = 0;
    expect(await removePartition(partition, () => pages++ > 0)).toBe(false);
    expect((await readAll(partition)).size).toBe(100);
  });
});
