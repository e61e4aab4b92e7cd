/** Audits a picture of a tenant's rows: every kind against its own rules, and against the objects that it follows from. */
import type { ReadRow } from '../store/rows.ts';
import { errorFindings } from './check-errors.ts';
import { quarantineFindings } from './check-quarantines.ts';
import { failureFindings } from './check-failures.ts';
import { removedFindings } from './check-removed.ts';
import { type AuditedObject, checkObject } from './check-objects.ts';
import { summaryFindings } from './check-summary.ts';
import type { RepairStamp } from './check-holders.ts';
import { valueFindings } from './check-values.ts';
import { vacancyFindings } from './check-vacancies.ts';
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
    ...valueFindings(claims, picture, stamp),
    ...errorFindings(claims, picture),
    ...vacancyFindings(objects, picture, stamp),
    ...quarantineFindings(claims, picture),
    ...history.findings,
    ...[...rows.failure.values()].flatMap(failureFindings),
    ...[...rows.removed.values()].flatMap(removedFindings),
    ...[...rows.summary.values()].flatMap((row) => summaryFindings(row, picture)),
    ...[...unknown.values()].map(unknownRow),
  );
  const unfinished = [...objects.values()].flatMap((audited) =>
    audited.state === 'whole' && audited.isUnfinished ? [audited.sourceAnchor] : [],
  );
  return { findings, unfinished };
}

function unknownRow({ rowKey, etag }: ReadRow): Finding {
  const detail = 'The key is none that a row of this service has.';
  return { code: 'UnknownRow', rowKey, detail, evidence: { [rowKey]: etag }, mend: null };
}
