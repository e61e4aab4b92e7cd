import { beforeAll, describe, expect, it } from 'vitest';
import { checkRows } from '../../../shared/audit/check-rows.ts';
import type { Finding } from '../../../shared/audit/finding.ts';
import { addRow, noRows } from '../../../shared/audit/tenant-rows.ts';
import type { ReadRow } from '../../../shared/store/rows.ts';
import { readAll } from '../../support/audit.ts';
import { furnishedTenant } from '../../support/furnished-tenant.ts';
import { servicesHere } from '../../support/storage.ts';

/** What no rule and no other row can tell wrong from right: texts that are free, and who wrote a row. */
const free: Readonly<Record<string, readonly string[]>> = {
  failure: ['displayName', 'message', 'exportId'],
  history: ['displayName', 'fromSourceAnchor', 'fromDisplayName'],
  object: ['writtenBy'],
  vacated: ['fromSourceAnchor', 'fromDisplayName'],
};

/** The columns that the storage adds. */
const ofStorage = ['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata'];

let rows: readonly ReadRow[];

beforeAll(async () => {
  const { partition } = await furnishedTenant(servicesHere());
  rows = [...(await readAll(partition)).values()];
});

const stamp = { repairId: 'repair', now: new Date('2026-11-17T08:00:00.000Z') };

function auditOf(some: readonly ReadRow[]): readonly Finding[] {
  const picture = noRows();
  for (const row of some) addRow(picture, row);
  return checkRows(picture, stamp).findings;
}

const kindOf = ({ rowKey }: ReadRow): string => rowKey.split('|')[0] ?? '';

/** Gives the damages that went unseen: of each row, each column in turn is damaged. */
function unseen(damage: (value: unknown) => unknown, isExempt: (kind: string, column: string) => boolean): string[] {
  return rows.flatMap((row) => {
    const columns = Object.keys(row).filter((column) => !ofStorage.includes(column));
    return columns
      .filter((column) => !isExempt(kindOf(row), column))
      .filter((column) => {
        const { [column]: value, ...others } = row;
        const left = damage(value);
        const damaged = { ...others, ...(left === undefined ? {} : { [column]: left }) } as ReadRow;
        return auditOf(rows.map((one) => (one === row ? damaged : one))).length === 0;
      })
      .map((column) => `${row.rowKey}: ${column}`);
  });
}

describe('auditPicture', () => {
  it('finds nothing in rows as the service writes them, of every kind', () => {
    expect(auditOf(rows)).toEqual([]);
    expect([...new Set(rows.map(kindOf))].sort()).toEqual([
      'error',
      'failure',
      'history',
      'object',
      'removed',
      'summary',
      'vacated',
      'value',
    ]);
    // Of both forms: as it is, and ending in a hash.
    expect(rows.some(({ rowKey }) => rowKey.includes('!~'))).toBe(true);
  });

  it('finds each column that is missing', () => {
    expect(
      unseen(
        () => undefined,
        () => false,
      ),
    ).toEqual([]);
  });

  it('finds each column that has another type', () => {
    expect(
      unseen(
        (value) => (typeof value === 'number' ? String(value) : 7),
        () => false,
      ),
    ).toEqual([]);
  });

  it('finds each column that says something else', () => {
    const other = (value: unknown): unknown => (typeof value === 'number' ? value + 1 : 'nonsense');
    expect(unseen(other, (kind, column) => free[kind]?.includes(column) ?? false)).toEqual([]);
  });

  it('finds each column of JSON that is cut off, and each that is of another shape', () => {
    const json = (value: unknown): boolean => typeof value === 'string' && /^[[{]/.test(value);
    const onlyJson = (damage: (text: string) => string) => (value: unknown) =>
      json(value) ? damage(value as string) : 7;
    expect(
      unseen(
        onlyJson((text) => text.slice(0, -1)),
        () => false,
      ),
    ).toEqual([]);
    expect(
      unseen(
        onlyJson(() => '{"a":1}'),
        () => false,
      ),
    ).toEqual([]);
    expect(
      unseen(
        onlyJson(() => 'null'),
        () => false,
      ),
    ).toEqual([]);
  });

  it('finds each row that is missing, but for failures and the summary, which nothing else tells of', () => {
    const missed = rows.filter((row) => auditOf(rows.filter((one) => one !== row)).length === 0);
    const isUntold = (row: ReadRow): boolean => ['failure', 'summary'].includes(kindOf(row));
    expect(missed.filter((row) => !isUntold(row)).map(({ rowKey }) => rowKey)).toEqual([]);
  });

  it('names the row of a damaged column, what is wrong, and offers to write again what follows from the key', () => {
    const object = rows.find(({ rowKey }) => rowKey === 'object|joe') as ReadRow;
    const findings = auditOf(
      rows.map((row) => (row === object ? { ...row, sourceAnchor: 'jim', errorCount: 3 } : row)),
    );
    expect(findings).toEqual([
      {
        code: 'DamagedRow',
        rowKey: 'object|joe',
        detail: '"sourceAnchor" is "jim", not "joe"; "errorCount" is 3, not 0.',
        evidence: { 'object|joe': object.etag },
        mend: {
          kind: 'write',
          touches: null,
          writes: [
            { kind: 'merge', row: { rowKey: 'object|joe', sourceAnchor: 'joe', errorCount: 0 }, etag: object.etag },
          ],
        },
      },
    ]);
  });

  it('finds a value with a waiting object that was vacant long before the last sweep began', () => {
    const wanted = rows.find(({ rowKey }) => rowKey.startsWith('vacated|proxy|wanted')) as ReadRow;
    const codes = (minutes: number, now: Date): string[] => {
      const picture = noRows();
      for (const row of rows) addRow(picture, row);
      const lastSweepAt = new Date(Date.parse(String(wanted.timestamp)) + minutes * 60_000);
      return checkRows(picture, { repairId: 'repair', now, lastSweepAt }).findings.map(
        ({ code, rowKey }) => `${code} ${rowKey}`,
      );
    };
    const later = new Date(Date.now() + 86_400_000);
    expect(codes(16, later)).toEqual(['VacancyNotSwept value|proxy|wanted@contoso.com']);
    expect(codes(14, later)).toEqual([]);
    // A clock that was ahead.
    expect(codes(16, new Date())).toEqual([]);
  });

  it('says nothing of the values of an object that cannot be read', () => {
    const findings = auditOf(rows.map((row) => (row.rowKey === 'object|twin' ? { ...row, exported: '{' } : row)));
    expect(findings.map(({ code, rowKey, mend }) => [code, rowKey, mend])).toEqual([
      ['DamagedRow', 'object|twin', null],
    ]);
  });
});
