import { type FindingOnWire, auditToWire, type RepairOnWire } from '../../shared/http/audit-wire.ts';
import { toJsonText } from '../../shared/json-text.ts';
import type { Audit } from '../../shared/operations/audit-tenant.ts';

/** Writes an audit for a person. */
export function auditText(tenantId: string, audit: Audit): string {
  const { rows, count, findings, unsettled, unfinished } = auditToWire(audit);
  const found = count === 0 ? 'all is as it should be' : `${count} ${count === 1 ? 'thing is' : 'things are'} wrong`;
  const repairable = findings.filter((finding) => finding.repairable).length;
  return [
    `Tenant "${tenantId}": ${rows} rows, ${found}.`,
    ...findings.map(findingText),
    ...(count > findings.length ? [`... and ${count - findings.length} more.`] : []),
    ...(repairable > 0 ? [`${repairable} can be mended without guessing: add --repair.`] : []),
    ...(unsettled > 0
      ? [`${unsettled} more were of rows that changed meanwhile: audit again when less is going on.`]
      : []),
    ...unfinished.map(
      (anchor) =>
        `Object "${anchor}" is written in part: an export is under way, or was cut off and is to be sent again.`,
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

/** Writes what is about to be mended, with what stands in the rows. */
export function repairText(
  finding: { code: string; rowKey: string },
  prior: RepairOnWire['repairs'][number]['prior'],
): string {
  return [
    `Mending ${finding.code}  ${finding.rowKey}`,
    ...prior.map((row) => `  before: ${toJsonText(row)}`),
    ...(prior.length === 0 ? ['  before: no row'] : []),
  ].join('\n');
}
