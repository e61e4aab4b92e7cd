/** Checks the error rows against the objects that they follow from. */
import type { AuditedObject } from './check-objects.ts';
import { anchorOfErrorRow, type ExpectedRows } from './expected-rows.ts';
import { differences } from './column-rules.ts';
import { detailOf } from './damaged-row.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';
import { objectRowKey } from '../store/keys.ts';
import type { Row } from '../store/rows.ts';

/** What an error row shows of its object as it is when a write that is under way has ended. */
const shownOfObject = ['propertyValue', 'displayName', 'userPrincipalName', 'proxyAddresses'];

/** Gives the error rows that are missing, stale or stray. */
export function errorFindings(claims: ExpectedRows, { rows }: TenantRows): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [rowKey, { audited, row }] of claims.errors) {
    const { rowKey: objectKey, etag } = audited.row;
    const evidence = { [objectKey]: etag };
    const mend = { kind: 'write', touches: evidenceOf(audited), writes: [{ kind: 'put', row }] } as const;
    const stored = rows.error.get(rowKey);
    if (!stored) {
      const detail = `Object "${audited.sourceAnchor}" waits for the value, and no row says so.`;
      findings.push({ code: 'ErrorRowMissing', rowKey, detail, evidence: { ...evidence, [rowKey]: null }, mend });
    } else {
      const unlike = differences(stored, audited.isUnfinished ? withoutShown(row) : row);
      if (unlike.length > 0) {
        const detail = detailOf(unlike.map((one) => ({ detail: one })));
        findings.push({
          code: 'ErrorRowStale',
          rowKey,
          detail,
          evidence: { ...evidence, [rowKey]: stored.etag },
          mend,
        });
      }
    }
  }
  return [...findings, ...strayErrors(claims, rows)];
}

function evidenceOf({ row: { rowKey, etag } }: AuditedObject): { rowKey: string; etag: string } {
  return { rowKey, etag };
}

function withoutShown(row: Row): Row {
  const left = Object.entries(row).filter(
    ([column]) => !shownOfObject.some((shown) => column === shown || column.startsWith(`${shown}_`)),
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
    findings.push({ code: 'ErrorRowStray', rowKey, detail, evidence, mend: { kind: 'remove', rowKey, etag } });
  }
  return findings;
}
