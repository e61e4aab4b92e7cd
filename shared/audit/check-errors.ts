/** Checks the rows of provisioning errors against the objects that they follow from. */
import type { Row } from '../store/row.ts';
import { objectRowKey } from '../store/keys.ts';
import type { AuditedObject } from './check-object.ts';
import { differences } from './column-rules.ts';
import { detailOf } from './damaged-row.ts';
import { anchorOfErrorRow, type ExpectedError, type ExpectedRows } from './expected-rows.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** The columns of the object. While a write of it is unfinished, they may already show the object after the write. */
const columnsOfObject = ['propertyValue', 'displayName', 'userPrincipalName', 'proxyAddresses'];

/** Returns the error rows that are missing, stale or stray. */
export function checkErrors(expected: ExpectedRows, { rows }: TenantRows): readonly Finding[] {
  const findings = [...expected.errors].flatMap(([rowKey, error]) => checkError(rowKey, error, rows));
  return [...findings, ...strayErrors(expected, rows)];
}

function checkError(rowKey: string, { audited, row }: ExpectedError, rows: TenantRows['rows']): readonly Finding[] {
  const touches = evidenceOf(audited);
  const stored = rows.error.get(rowKey);
  const evidence = { [touches.rowKey]: touches.etag, [rowKey]: stored?.etag ?? null };
  const repair = { kind: 'write', touches, writes: [{ kind: 'put', row }] } as const;
  if (!stored) {
    const detail = `Object "${audited.sourceAnchor}" waits for the value, but the row of the error is missing.`;
    return [{ code: 'ErrorRowMissing', rowKey, detail, evidence, repair }];
  }
  const problems = differences(stored, audited.isUnfinished ? withoutColumnsOfObject(row) : row);
  if (problems.length === 0) return [];
  return [{ code: 'ErrorRowStale', rowKey, detail: detailOf(problems), evidence, repair }];
}

function evidenceOf({ row: { rowKey, etag } }: AuditedObject): { rowKey: string; etag: string } {
  return { rowKey, etag };
}

function withoutColumnsOfObject(row: Row): Row {
  const left = Object.entries(row).filter(
    ([column]) => !columnsOfObject.some((name) => column === name || column.startsWith(`${name}_`)),
  );
  return Object.fromEntries(left) as Row;
}

function strayErrors({ errors, unreadable }: ExpectedRows, rows: TenantRows['rows']): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [rowKey, { etag }] of rows.error) {
    const anchor = anchorOfErrorRow(rowKey);
    if (errors.has(rowKey) || (anchor !== null && unreadable.has(anchor))) continue;
    const object = anchor === null ? undefined : rows.object.get(objectRowKey(anchor));
    const detail = object
      ? `Object "${anchor}" does not list the value as quarantined.`
      : `There is no object "${anchor}".`;
    const evidence = { [rowKey]: etag, ...(anchor === null ? {} : { [objectRowKey(anchor)]: object?.etag ?? null }) };
    findings.push({ code: 'ErrorRowStray', rowKey, detail, evidence, repair: { kind: 'remove', rowKey, etag } });
  }
  return findings;
}
