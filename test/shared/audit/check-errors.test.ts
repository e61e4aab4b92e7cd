import { beforeEach, describe, expect, it } from 'vitest';
import { storedGroup, waitingFor } from '../store/fixtures.ts';
import { change, findingsIn, namesOf, type Rows, rowsOf } from './fixtures.ts';

const sales = 'smtp:sales@contoso.com';
const holder = storedGroup('holder', sales);
const waiter = waitingFor(storedGroup('waiter'), sales);

describe('checkErrors()', () => {
  let rows: Rows;
  let errorRow: string;
  beforeEach(() => {
    rows = rowsOf([holder, waiter]);
    errorRow = [...rows.keys()].find((key) => key.startsWith('error|')) ?? '';
  });

  it('finds a missing row, and writes it while its object does not change', () => {
    rows.delete(errorRow);
    const [finding] = findingsIn(rows);
    expect(finding).toMatchObject({
      code: 'ErrorRowMissing',
      detail: 'Object "waiter" waits for the value, but the row of the error is missing.',
      repair: { touches: { rowKey: 'object|waiter' }, writes: [{ kind: 'put', row: { rowKey: errorRow } }] },
    });
  });

  it('finds a row that shows the object wrongly, unless a write of the object is unfinished', () => {
    change(rows, errorRow, { displayName: 'Another' });
    expect(namesOf(findingsIn(rows))).toEqual([`ErrorRowStale ${errorRow}`]);
    change(rows, 'object|waiter', { writtenBy: 'run/part' });
    expect(findingsIn(rows)).toEqual([]);
  });

  it('finds a wrong id also while a write of the object is unfinished', () => {
    change(rows, errorRow, { objectId: 'another' });
    change(rows, 'object|waiter', { writtenBy: 'run/part' });
    expect(namesOf(findingsIn(rows))).toEqual([`ErrorRowStale ${errorRow}`]);
  });

  it.each([
    ['an object that does not wait', 'holder', 'Object "holder" does not list the value as quarantined.'],
    ['an object that does not exist', 'gone', 'There is no object "gone".'],
  ])('finds the row of %s', (_, anchor, detail) => {
    const stray = `error|UserPrincipalName|x@contoso.com|2026-11-16T08:00:00.000Z|${anchor}`;
    rows.set(stray, { rowKey: stray, etag: 'e' });
    expect(findingsIn(rows)).toMatchObject([{ code: 'ErrorRowStray', detail, repair: { kind: 'remove' } }]);
  });
});
