import { beforeAll, describe, expect, it } from 'vitest';
import { checkRows } from '../../../shared/audit/check-rows.ts';
import type { Finding } from '../../../shared/audit/finding.ts';
import { addRow, noRows } from '../../../shared/audit/tenant-rows.ts';
import type { ReadRow } from '../../../shared/store/row.ts';
import { readAll } from '../../support/audit.ts';
import { furnishedTenant } from '../../support/furnished-tenant.ts';
import { servicesHere } from '../../support/storage.ts';

/** The columns that no rule and no other row can check: free texts, and the run that wrote a row. */
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
  const tenantRows = noRows();
  for (const row of some) addRow(tenantRows, row);
  return checkRows(tenantRows, stamp).findings;
}

const kindOf = ({ rowKey }: ReadRow): string => rowKey.split('|')[0] ?? '';

/** Damages each column of each row in turn, and returns the columns whose damage is not found. */
function notFound(damage: (value: unknown) => unknown, isExempt: (kind: string, column: string) => boolean): string[] {
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

describe('checkRows()', () => {
  it('finds nothing in rows of every kind that the service wrote', () => {
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
    // Both forms of keys: as they are, and ending in a hash.
    expect(rows.some(({ rowKey }) => rowKey.includes('!~'))).toBe(true);
  });

  it('finds every missing column', () => {
    expect(
      notFound(
        () => undefined,
        () => false,
      ),
    ).toEqual([]);
  });

  it('finds every column of another type', () => {
    expect(
      notFound(
        (value) => (typeof value === 'number' ? String(value) : 7),
        () => false,
      ),
    ).toEqual([]);
  });

  it('finds every column with another value', () => {
    const other = (value: unknown): unknown => (typeof value === 'number' ? value + 1 : 'nonsense');
    expect(notFound(other, (kind, column) => free[kind]?.includes(column) ?? false)).toEqual([]);
  });

  it('finds every column of JSON that is cut off or has another shape', () => {
    const json = (value: unknown): boolean => typeof value === 'string' && /^[[{]/.test(value);
    const onlyJson = (damage: (text: string) => string) => (value: unknown) =>
      json(value) ? damage(value as string) : 7;
    expect(
      notFound(
        onlyJson((text) => text.slice(0, -1)),
        () => false,
      ),
    ).toEqual([]);
    expect(
      notFound(
        onlyJson(() => '{"a":1}'),
        () => false,
      ),
    ).toEqual([]);
    expect(
      notFound(
        onlyJson(() => 'null'),
        () => false,
      ),
    ).toEqual([]);
  });

  it('finds every missing row except failures and the summary, which follow from no other row', () => {
    const missed = rows.filter((row) => auditOf(rows.filter((one) => one !== row)).length === 0);
    const isIndependent = (row: ReadRow): boolean => ['failure', 'summary'].includes(kindOf(row));
    expect(missed.filter((row) => !isIndependent(row)).map(({ rowKey }) => rowKey)).toEqual([]);
  });

  it('names the row and the damaged columns, and repairs those that follow from the key', () => {
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
        repair: {
          kind: 'write',
          touches: null,
          writes: [
            { kind: 'merge', row: { rowKey: 'object|joe', sourceAnchor: 'joe', errorCount: 0 }, etag: object.etag },
          ],
        },
      },
    ]);
  });

  it('finds a value with a waiting object that was vacant 15 minutes before the last sweep began', () => {
    const vacated = rows.find(({ rowKey }) => rowKey.startsWith('vacated|proxy|wanted')) as ReadRow;
    const codes = (minutes: number, now: Date): string[] => {
      const tenantRows = noRows();
      for (const row of rows) addRow(tenantRows, row);
      const lastSweepAt = new Date(Date.parse(String(vacated.timestamp)) + minutes * 60_000);
      return checkRows(tenantRows, { repairId: 'repair', now, lastSweepAt }).findings.map(
        ({ code, rowKey }) => `${code} ${rowKey}`,
      );
    };
    const later = new Date(Date.now() + 86_400_000);
    expect(codes(16, later)).toEqual(['VacancyNotSwept value|proxy|wanted@contoso.com']);
    expect(codes(14, later)).toEqual([]);
    // The clock of the sweep was ahead.
    expect(codes(16, new Date())).toEqual([]);
  });

  it('reports nothing about the values of an object that cannot be read', () => {
    const findings = auditOf(rows.map((row) => (row.rowKey === 'object|twin' ? { ...row, exported: '{' } : row)));
    expect(findings.map(({ code, rowKey, repair }) => [code, rowKey, repair])).toEqual([
      ['DamagedRow', 'object|twin', null],
    ]);
  });
});
