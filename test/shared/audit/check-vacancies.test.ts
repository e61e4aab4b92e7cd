import { describe, expect, it } from 'vitest';
import { storedGroup } from '../store/fixtures.ts';
import { findingsIn, namesOf, type Rows, rowsOf, repairOf } from './fixtures.ts';

describe('checkVacancies()', () => {
  it('finds a `vacated|` row of a value without a row, and removes it', () => {
    const rows = rowsOf([storedGroup('a')]);
    const stray = 'vacated|upn|x@contoso.com|run';
    rows.set(stray, { rowKey: stray, etag: 'e', value: 'upn|x@contoso.com', operationId: 'run' });
    const findings = findingsIn(rows);
    expect(findings).toMatchObject([{ code: 'VacancyStray', detail: 'There is no row of the value.' }]);
    expect(repairOf(findings)).toEqual([`remove ${stray}`]);
  });

  it('finds a `vacated|` row of an object that exists, which a sweep could remove', () => {
    const rows = rowsOf([storedGroup('a')]);
    const stray = 'vacated|object|a|run';
    rows.set(stray, { rowKey: stray, etag: 'e', deletedObject: 'a', operationId: 'run' });
    expect(namesOf(findingsIn(rows))).toEqual([`VacancyStray ${stray}`]);
  });

  it('finds a deleted object without a `vacated|` row, and writes it', () => {
    const rows: Rows = new Map();
    const row = { rowKey: 'object|a', etag: 'e', sourceAnchor: 'a', objectType: '', errorCount: 0 };
    rows.set('object|a', { ...row, deletedBy: 'run', writtenBy: 'run' });
    const findings = findingsIn(rows);
    expect(namesOf(findings)).toEqual(['VacancyMissing vacated|object|a|run']);
    expect(repairOf(findings)).toEqual(['merge object|a', 'create vacated|object|a|run']);
  });

  it('names the run again in a deleted object whose `vacated|` row knows it', () => {
    const rows: Rows = new Map();
    const row = { rowKey: 'object|a', etag: 'e', sourceAnchor: 'a', objectType: '', errorCount: 0, writtenBy: 'run' };
    rows.set('object|a', row);
    const vacated = 'vacated|object|a|run';
    rows.set(vacated, { rowKey: vacated, etag: 'e', deletedObject: 'a', operationId: 'run' });
    expect(findingsIn(rows)).toMatchObject([
      { code: 'VacancyMissing', repair: { writes: [{ kind: 'merge', row: { deletedBy: 'run', writtenBy: 'run' } }] } },
    ]);
  });
});
