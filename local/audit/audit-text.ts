import { type FindingOnWire, auditToWire, type RepairOnWire } from '../../shared/http/audit-wire.ts';
import { toJsonText } from '../../shared/to-json-text.ts';
import type { Audit } from '../../shared/use-cases/audit/audit-tenant.ts';

/** Formats an audit for people. */
export function auditText(tenantId: string, audit: Audit): string {
  const { rows, count, findings, unsettled, unfinished } = auditToWire(audit);
  const found = count === 0 ? 'no findings' : `${count} ${count === 1 ? 'finding' : 'findings'}`;
  const repairable = findings.filter((finding) => finding.repairable).length;
  return [
    `Tenant "${tenantId}": ${rows} rows, ${found}.`,
    ...findings.map(findingText),
    ...(count > findings.length ? [`... and ${count - findings.length} more.`] : []),
    ...(repairable > 0 ? [`${repairable} can be repaired: add --repair.`] : []),
    ...(unsettled > 0
      ? [`${unsettled} more were in rows that changed during the audit: audit again at a quieter time.`]
      : []),
    ...unfinished.map(
      (anchor) =>
        `Object "${anchor}" is only partly written: an export is running, or was interrupted and must be sent again.`,
    ),
  ].join('\n');
}

function findingText({ code, rowKey, detail, meaning, repairable, remedy }: FindingOnWire): string {
  return `
${code}  ${rowKey}
  ${detail}
  ${meaning}
  ${repairable ? 'A repair' : 'No repair'}: ${remedy}`;
}

/** Formats the repair of a finding, with the rows before it. */
export function repairText(
  finding: { code: string; rowKey: string },
  prior: RepairOnWire['repairs'][number]['prior'],
): string {
  return [
    `Repairing ${finding.code}  ${finding.rowKey}`,
    ...prior.map((row) => `  before: ${toJsonText(row)}`),
    ...(prior.length === 0 ? ['  before: no row'] : []),
  ].join('\n');
}
