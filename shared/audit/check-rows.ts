/** Audits a picture of a tenant's rows: every kind against its own rules, and against the objects that it follows from. */
import type { ReadRow } from '../store/row.ts';
import { checkErrors } from './check-errors.ts';
import { checkQuarantines } from './check-quarantines.ts';
import { checkFailure } from './check-failure.ts';
import { checkRemovedRow } from './check-removed-row.ts';
import { type AuditedObject, checkObject } from './check-object.ts';
import { checkSummary } from './check-summary.ts';
import type { RepairStamp } from './check-holders.ts';
import { checkValues } from './check-values.ts';
import { checkVacancies } from './check-vacancies.ts';
import { expectedRowsOf } from './expected-rows.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** What is wrong, and the objects of which an export has written a part: it is under way, or it was cut off. */
export type CheckedRows = { readonly findings: readonly Finding[]; readonly unfinished: readonly string[] };

/** Gives everything that is wrong with a tenant's rows. */
export function checkRows(picture: TenantRows, stamp: RepairStamp): CheckedRows {
  const { rows, unknown, history } = picture;
  const objects = new Map<string, AuditedObject>();
  const findings: Finding[] = [];
  for (const row of rows.object.values()) {
    const { audited, findings: wrong } = checkObject(row);
    objects.set(row.rowKey, audited);
    findings.push(...wrong);
  }
  const claims = expectedRowsOf(objects.values(), picture);
  findings.push(
    ...checkValues(claims, picture, stamp),
    ...checkErrors(claims, picture),
    ...checkVacancies(objects, picture, stamp),
    ...checkQuarantines(claims, picture),
    ...history.findings,
    ...[...rows.failure.values()].flatMap(checkFailure),
    ...[...rows.removed.values()].flatMap(checkRemovedRow),
    ...[...rows.summary.values()].flatMap((row) => checkSummary(row, picture)),
    ...[...unknown.values()].map(unknownRow),
  );
  const unfinished = [...objects.values()].flatMap((audited) =>
    audited.state === 'whole' && audited.isUnfinished ? [audited.sourceAnchor] : [],
  );
  return { findings, unfinished };
}

function unknownRow({ rowKey, etag }: ReadRow): Finding {
  const detail = 'The key is none that a row of this service has.';
  return { code: 'UnknownRow', rowKey, detail, evidence: { [rowKey]: etag }, repair: null };
}
