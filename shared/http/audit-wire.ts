/** How audits and repairs look on the wire. */
import type { Finding } from '../audit/finding.ts';
import { findingTexts } from '../messages/finding-texts.ts';
import type { Audit } from '../use-cases/audit/audit-tenant.ts';
import type { RepairedTenant, RepairOutcome } from '../use-cases/audit/repair-tenant.ts';
import type { ReadRow } from '../store/row.ts';

/** A finding, with what it means and what to do. */
export type FindingOnWire = Pick<Finding, 'code' | 'rowKey' | 'detail'> & {
  readonly meaning: string;
  readonly repairable: boolean;
  readonly remedy: string;
};

export type AuditOnWire = {
  readonly rows: number;
  readonly count: number;
  readonly findings: readonly FindingOnWire[];
  readonly unsettled: number;
  readonly unfinished: readonly string[];
};

export type RepairOnWire = {
  readonly repairId: string;
  readonly repairs: readonly (FindingOnWire & {
    readonly outcome: RepairOutcome['outcome'];
    readonly prior: readonly Readonly<Record<string, unknown>>[];
  })[];
  readonly audit: AuditOnWire;
};

const mostFindings = 1_000;

/** Writes an audit: no more than its first thousand findings. */
export function auditToWire({ rows, findings, unsettled, unfinished }: Audit): AuditOnWire {
  const listed = findings.slice(0, mostFindings).map(findingToWire);
  return { rows, count: findings.length, findings: listed, unsettled, unfinished };
}

/** Writes a repair: all that it wrote over, and the audit after it. */
export function repairToWire({ repairId, repairs, audit }: RepairedTenant): RepairOnWire {
  return {
    repairId,
    repairs: repairs.map(({ finding, outcome, prior }) => {
      return { ...findingToWire(finding), outcome, prior: prior.map(rowToWire) };
    }),
    audit: auditToWire(audit),
  };
}

function findingToWire(finding: Finding): FindingOnWire {
  const { code, rowKey, detail, repair } = finding;
  const texts = findingTexts[code];
  const remedy = repair === null ? texts.byHand : texts.repair;
  return { code, rowKey, detail, repairable: repair !== null, meaning: texts.meaning, remedy };
}

/** Returns a row as it was read, without its partition key; binary columns in base64. */
export function rowToWire(row: ReadRow): Readonly<Record<string, unknown>> {
  const { partitionKey: _, 'odata.metadata': __, ...stood } = row;
  const columns = Object.entries(stood).map(([name, value]): [string, unknown] => {
    if (value instanceof Uint8Array) return [name, Buffer.from(value).toString('base64')];
    return [name, typeof value === 'bigint' ? String(value) : value];
  });
  return Object.fromEntries(columns);
}
