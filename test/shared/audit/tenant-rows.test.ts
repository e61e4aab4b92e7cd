import { describe, expect, it } from 'vitest';
import { addRow, countRows, noRows } from '../../../shared/audit/tenant-rows.ts';
import type { ReadRow } from '../../../shared/store/row.ts';

const row = (rowKey: string, columns: object = {}): ReadRow => ({ rowKey, etag: 'etag', ...columns });

describe('addRow()', () => {
  it.each([
    ['error|ProxyAddresses|a@b.c|2026-11-16T08:00:00.000Z|0000001|a', 'error'],
    ['error|UserPrincipalName|a@b.c|2026-11-16T08:00:00.000Z|a', 'error'],
    ['failure|a', 'failure'],
    ['object|a', 'object'],
    ['removed|history', 'removed'],
    ['summary|latest', 'summary'],
    ['vacated|proxy|a@b.c|run', 'vacated'],
    ['vacated|object|a|run', 'vacated'],
    ['value|other|x500:!2fo=contoso', 'value'],
  ] as const)('adds %s to the rows of its kind', (rowKey, kind) => {
    const rows = noRows();
    addRow(rows, row(rowKey));
    expect([...rows.rows[kind].keys()]).toEqual([rowKey]);
    expect(countRows(rows)).toBe(1);
  });

  it.each(['object', 'object|', 'object|a|b', 'value|smtp|a@b.c', 'removed|failures', 'lock|a', ''])(
    'adds "%s", which the service never writes, to the unknown rows',
    (rowKey) => {
      const rows = noRows();
      addRow(rows, row(rowKey));
      expect([...rows.unknown.keys()]).toEqual([rowKey]);
    },
  );

  it('counts the events of the history without keeping them', () => {
    const rows = noRows();
    addRow(rows, row('history|8204726400000|run|quarantined|0123'));
    expect([countRows(rows), rows.unknown.size]).toEqual([1, 0]);
  });
});
