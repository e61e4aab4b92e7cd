/** Checks all rows of a tenant: each kind against its own rules, and against the objects that it follows from. */
import type { ReadRow } from '../store/row.ts';
import { checkErrors } from './check-errors.ts';
import { checkQuarantines } from './check-quarantines.ts';
import { checkFailure } from './check-failure.ts';
import { checkRemovedRow } from './check-removed-row.ts';
import { type AuditedObject, checkObject } from './check-object.ts';
import { checkSummary } from './check-summary.ts';
import { checkValues } from './check-values.ts';
import { checkVacancies } from './check-vacancies.ts';
import { expectedRowsOf } from './expected-rows.ts';
import type { Finding, RepairStamp } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** The findings, and the objects whose write is unfinished: it is under way, or was interrupted. */
type CheckedRows = { readonly findings: readonly Finding[]; readonly unfinished: readonly string[] };

/** Checks the rows of a tenant. */
export function checkRows(tenantRows: TenantRows, stamp: RepairStamp): CheckedRows {
  const { rows, unknown, history } = tenantRows;
  const objects = new Map<string, AuditedObject>();
  const findings: Finding[] = [];
  for (const row of rows.object.values()) {
    const { audited, findings: damage } = checkObject(row);
    objects.set(row.rowKey, audited);
    findings.push(...damage);
  }
  const expected = expectedRowsOf(objects.values(), tenantRows);
  findings.push(
    ...checkValues(expected, tenantRows, stamp),
    ...checkErrors(expected, tenantRows),
    ...checkVacancies(objects, tenantRows, stamp),
    ...checkQuarantines(expected, tenantRows),
    ...history.findings,
    ...[...rows.failure.values()].flatMap(checkFailure),
    ...[...rows.removed.values()].flatMap(checkRemovedRow),
    ...[...rows.summary.values()].flatMap((row) => checkSummary(row, tenantRows)),
    ...[...unknown.values()].map(unknownRow),
  );
  const unfinished = [...objects.values()].flatMap((audited) =>
    audited.state === 'whole' && audited.isUnfinished ? [audited.sourceAnchor] : [],
  );
  return { findings, unfinished };
}

function unknownRow({ rowKey, etag }: ReadRow): Finding {
  const detail = 'No row of the service can have this key.';
  return { code: 'UnknownRow', rowKey, detail, evidence: { [rowKey]: etag }, repair: null };
}
