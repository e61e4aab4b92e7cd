import { checkRows } from '../../../shared/audit/check-rows.ts';
import type { Finding, RepairStamp } from '../../../shared/audit/finding.ts';
import { addRow, noRows } from '../../../shared/audit/tenant-rows.ts';
import type { DirectoryObject } from '../../../shared/directory/objects.ts';
import { rowActions } from '../../../shared/store/row-actions.ts';
import type { ReadRow } from '../../../shared/store/row.ts';
import { tuesday } from '../directory/fixtures.ts';
import { adding, exportContext } from '../store/fixtures.ts';

/** The rows of a tenant by key; tests damage some of them. */
export type Rows = Map<string, ReadRow>;

/** Returns the rows that an export writes that adds these objects to a tenant without rows. */
export function rowsOf(objects: readonly DirectoryObject[]): Rows {
  const actions = rowActions(objects.map(adding), exportContext());
  const rows = actions.flatMap(({ write }) => ('row' in write ? [write.row] : []));
  return new Map(rows.map((row) => [row.rowKey, { ...row, etag: `etag of ${row.rowKey}`, timestamp: '2026-11-16' }]));
}

/** Changes columns of a row; removes a column that becomes undefined. */
export function change(rows: Rows, rowKey: string, columns: Readonly<Record<string, unknown>>): void {
  const row = rows.get(rowKey);
  if (!row) throw new Error(`There is no row "${rowKey}"`);
  const changed = Object.entries({ ...row, ...columns }).filter(([, value]) => value !== undefined);
  rows.set(rowKey, Object.fromEntries(changed) as ReadRow);
}

export const stamp: RepairStamp = { repairId: 'repair', now: tuesday };

/** Checks rows in the order of their keys. */
export function findingsIn(rows: Rows, rest: Partial<RepairStamp> = {}): readonly Finding[] {
  const tenantRows = noRows();
  for (const rowKey of [...rows.keys()].sort()) addRow(tenantRows, rows.get(rowKey) as ReadRow);
  return checkRows(tenantRows, { ...stamp, ...rest }).findings;
}

/** Names the findings: their codes and rows. */
export function namesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, rowKey }) => `${code} ${rowKey}`);
}

/** Returns the writes of the first finding's repair, as "<kind> <row key>". */
export function repairOf([finding]: readonly Finding[]): readonly string[] | null {
  if (!finding?.repair) return null;
  if (finding.repair.kind === 'remove') return [`remove ${finding.repair.rowKey}`];
  return finding.repair.writes.map((write) => `${write.kind} ${'row' in write ? write.row.rowKey : write.rowKey}`);
}
