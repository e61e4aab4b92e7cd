/** Checks the rows that the sweep reads: that each tells of something that is so, and that no deletion goes untold. */
import { deletedRowKey } from '../store/keys.ts';
import { deletionToRow, type ReadRow } from '../store/rows.ts';
import type { AuditedObject } from './check-objects.ts';
import type { RepairStamp } from './check-holders.ts';
import { columnProblems } from './column-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** Gives the `vacated|` rows that are stray or damaged, and the deleted objects that none of them tells of. */
export function vacancyFindings(
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
    if (audited.state === 'deleted') findings.push(...untoldDeletion(audited, rows.vacated, stamp));
  }
  return findings;
}

function vacatedFindings(row: ReadRow, value: ReadRow | undefined, id: string): readonly Finding[] {
  if (value?.holder === '' && value.vacatedBy === id) return [];
  const detail = value ? 'The value is not vacant since this.' : 'There is no row of the value.';
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
  const detail = audited ? 'The object is not deleted since this.' : 'There is no row of the object.';
  return [strayVacancy(row, detail, { [`object|${part}`]: audited?.row.etag ?? null })];
}

function strayVacancy({ rowKey, etag }: ReadRow, detail: string, other: Finding['evidence']): Finding {
  const evidence = { [rowKey]: etag, ...other };
  return { code: 'VacancyStray', rowKey, detail, evidence, mend: { kind: 'remove', rowKey, etag } };
}

function untoldDeletion(
  { row, sourceAnchor, deletedBy }: AuditedObject & { readonly state: 'deleted' },
  vacated: ReadonlyMap<string, ReadRow>,
  { repairId }: RepairStamp,
): readonly Finding[] {
  const { rowKey, etag } = row;
  if (deletedBy !== null && vacated.has(deletedRowKey(sourceAnchor, deletedBy))) return [];
  const prefix = deletedRowKey(sourceAnchor, '');
  const told = deletedBy === null ? [...vacated.keys()].find((key) => key.startsWith(prefix)) : undefined;
  const id = deletedBy ?? told?.slice(prefix.length) ?? repairId;
  const detail =
    deletedBy === null
      ? `The object is deleted, and its row does not say by what: "deletedBy" is missing.`
      : 'The object is deleted, and no row says so to the sweep.';
  const announce = { kind: 'create', row: deletionToRow(sourceAnchor, id) } as const;
  const marked = { kind: 'merge', row: { rowKey, deletedBy: id, writtenBy: id }, etag } as const;
  return [
    {
      code: 'VacancyMissing',
      rowKey: deletedRowKey(sourceAnchor, id),
      detail,
      evidence: { [rowKey]: etag },
      mend: { kind: 'write', touches: null, writes: [marked, ...(told ? [] : [announce])] },
    },
  ];
}
