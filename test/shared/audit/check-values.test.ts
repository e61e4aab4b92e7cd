import { beforeEach, describe, expect, it } from 'vitest';
import { storedGroup, waitingFor } from '../store/fixtures.ts';
import { change, findingsIn, namesOf, type Rows, rowsOf, repairOf } from './fixtures.ts';

const sales = 'smtp:sales@contoso.com';
const valueRow = 'value|proxy|sales@contoso.com';
const vacatedRow = 'vacated|proxy|sales@contoso.com|run';
const holder = storedGroup('holder', sales);
const waiter = waitingFor(storedGroup('waiter'), sales);

describe('checkValues() of a held value', () => {
  let rows: Rows;
  beforeEach(() => void (rows = rowsOf([holder, waiter])));

  it('finds nothing in the rows of an export', () => expect(findingsIn(rows)).toEqual([]));

  it('finds a missing row, and writes it from the objects', () => {
    rows.delete(valueRow);
    const findings = findingsIn(rows);
    expect(findings).toMatchObject([
      {
        code: 'ValueRowMissing',
        detail: 'The value "smtp|sales@contoso.com" has no row, but object "holder" holds it.',
        repair: { writes: [{ kind: 'create', row: { holder: 'holder', waiting: 1, vacatedBy: '' } }] },
      },
    ]);
  });

  it.each([{ holder: 'waiter' }, { holder: '' }, { waiting: 0 }, { waiting: 2 }, { waiting: '1' }, { vacatedBy: 'x' }])(
    'finds a row that is wrong in %o, and replaces it on its ETag',
    (columns) => {
      change(rows, valueRow, columns);
      const findings = findingsIn(rows);
      expect(namesOf(findings)).toEqual([`ValueRowWrong ${valueRow}`]);
      expect(findings[0]?.repair).toMatchObject({
        writes: [{ kind: 'replace', row: { holder: 'holder', waiting: 1 }, etag: `etag of ${valueRow}` }],
      });
    },
  );

  it('finds the row of a value that no object holds or waits for', () => {
    rows.set('value|upn|stray', {
      ...(rows.get(valueRow) as object),
      rowKey: 'value|upn|stray',
      etag: 'e',
      holder: 'x',
    });
    const findings = findingsIn(rows);
    expect(namesOf(findings)).toEqual(['ValueRowStray value|upn|stray']);
    expect(repairOf(findings)).toEqual(['remove value|upn|stray']);
  });

  it('says nothing of a value that an unreadable object may hold, by its row', () => {
    change(rows, 'object|holder', { exported: '{' });
    expect(namesOf(findingsIn(rows))).toEqual(['DamagedRow object|holder']);
  });

  it('counts an unreadable waiting object by its error row', () => {
    change(rows, 'object|waiter', { exported: '{' });
    expect(namesOf(findingsIn(rows))).toEqual(['DamagedRow object|waiter']);
  });
});

describe('checkValues() of a vacant value', () => {
  let rows: Rows;
  beforeEach(() => {
    rows = rowsOf([waiter]);
  });

  it('finds nothing while the value has its `vacated|` row', () => {
    expect([...rows.keys()]).toContain(vacatedRow);
    expect(findingsIn(rows)).toEqual([]);
  });

  it('finds a missing `vacated|` row, and writes one of its own', () => {
    rows.delete(vacatedRow);
    const findings = findingsIn(rows);
    expect(namesOf(findings)).toEqual([`VacancyMissing ${vacatedRow}`]);
    expect(repairOf(findings)).toEqual([`replace ${valueRow}`, 'create vacated|proxy|sales@contoso.com|repair']);
  });

  it.each([{ at: 'never' }, { value: 'proxy|other@contoso.com' }, { operationId: 'other' }, { fromDisplayName: 7 }])(
    'finds a `vacated|` row that is damaged in %o, and replaces it',
    (columns) => {
      change(rows, vacatedRow, columns);
      const findings = findingsIn(rows);
      expect(namesOf(findings)).toEqual([`VacancyMissing ${vacatedRow}`]);
      expect(repairOf(findings)).toEqual([
        `replace ${valueRow}`,
        `remove ${vacatedRow}`,
        'create vacated|proxy|sales@contoso.com|repair',
      ]);
    },
  );

  it('finds a `vacated|` row of an earlier vacancy', () => {
    change(rows, valueRow, { vacatedBy: 'other' });
    expect(namesOf(findingsIn(rows)).toSorted()).toEqual([
      'VacancyMissing vacated|proxy|sales@contoso.com|other',
      `VacancyStray ${vacatedRow}`,
    ]);
  });

  it.each([
    [15 * 60_000, []],
    [15 * 60_000 + 1, [`VacancyNotSwept ${valueRow}`]],
  ])('allows a sweep that began %i ms after the vacancy: finds %j', (ms, expected) => {
    change(rows, vacatedRow, { timestamp: '2026-11-16T08:00:00.000Z' });
    const lastSweepAt = new Date(Date.parse('2026-11-16T08:00:00.000Z') + ms);
    expect(namesOf(findingsIn(rows, { lastSweepAt }))).toEqual(expected);
  });
});
