/** Checks the rows that a sweep begins with: each is of a real vacancy or deletion, and every deletion has one. */
import { deletedRowKey } from '../store/keys.ts';
import { deletionToRow } from '../store/vacancy-row.ts';
import type { ReadRow } from '../store/row.ts';
import type { AuditedObject } from './check-object.ts';
import { columnProblems } from './column-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding, RepairStamp } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** Returns the `vacated|` rows that are stray or damaged, and the deleted objects without one. */
export function checkVacancies(
  objects: ReadonlyMap<string, AuditedObject>,
  { rows }: TenantRows,
  stamp: RepairStamp,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const row of rows.vacated.values()) {
    const [, space, part = '', id = ''] = row.rowKey.split('|');
    if (space === 'object') findings.push(...deletionFindings(row, objects.get(`object|${part}`), id));
    else findings.push(...vacatedFindings(row, rows.value.get(`value|${space}|${part}`), id));
  }
  for (const audited of objects.values()) {
    if (audited.state === 'deleted') findings.push(...unannounced(audited, rows.vacated, stamp));
  }
  return findings;
}

function vacatedFindings(row: ReadRow, value: ReadRow | undefined, id: string): readonly Finding[] {
  if (value?.holder === '' && value.vacatedBy === id) return [];
  const detail = value ? 'The value was not vacated by this run, or is held again.' : 'There is no row of the value.';
  const valueKey = row.rowKey.slice('vacated|'.length, row.rowKey.lastIndexOf('|'));
  return [strayVacancy(row, detail, { [`value|${valueKey}`]: value?.etag ?? null })];
}

function deletionFindings(row: ReadRow, audited: AuditedObject | undefined, id: string): readonly Finding[] {
  if (audited?.state === 'unreadable') return [];
  if (audited?.state === 'deleted' && (audited.deletedBy === null || audited.deletedBy === id)) {
    return damagedRow(
      row,
      columnProblems(row, { deletedObject: { is: audited.sourceAnchor }, operationId: { is: id } }),
    );
  }
  const part = row.rowKey.split('|')[2] ?? '';
  const detail = audited
    ? 'The object was not deleted by this run, or exists again.'
    : 'There is no row of the object.';
  return [strayVacancy(row, detail, { [`object|${part}`]: audited?.row.etag ?? null })];
}

function strayVacancy({ rowKey, etag }: ReadRow, detail: string, other: Finding['evidence']): Finding {
  const evidence = { [rowKey]: etag, ...other };
  return { code: 'VacancyStray', rowKey, detail, evidence, repair: { kind: 'remove', rowKey, etag } };
}

function unannounced(
  { row, sourceAnchor, deletedBy }: AuditedObject & { readonly state: 'deleted' },
  vacated: ReadonlyMap<string, ReadRow>,
  { repairId }: RepairStamp,
): readonly Finding[] {
  const { rowKey, etag } = row;
  if (deletedBy !== null && vacated.has(deletedRowKey(sourceAnchor, deletedBy))) return [];
  const prefix = deletedRowKey(sourceAnchor, '');
  const announced = deletedBy === null ? [...vacated.keys()].find((key) => key.startsWith(prefix)) : undefined;
  const id = deletedBy ?? announced?.slice(prefix.length) ?? repairId;
  const detail =
    deletedBy === null
      ? 'The object is deleted, but "deletedBy" is missing in its row.'
      : 'The object is deleted, but the row that has the sweep remove it is missing.';
  const announce = { kind: 'create', row: deletionToRow(sourceAnchor, id) } as const;
  const marked = { kind: 'merge', row: { rowKey, deletedBy: id, writtenBy: id }, etag } as const;
  return [
    {
      code: 'VacancyMissing',
      rowKey: deletedRowKey(sourceAnchor, id),
      detail,
      evidence: { [rowKey]: etag },
      repair: { kind: 'write', touches: null, writes: [marked, ...(announced ? [] : [announce])] },
    },
  ];
}
