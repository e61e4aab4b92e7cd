/**
 * Audits a tenant: reads all of its rows, and checks the rules that must always hold.
 *
 * A scan is not a snapshot, because exports and sweeps run meanwhile. So a finding counts only if two consecutive scans
 * make it from rows with the same ETags. The row of a value or an error is always written in one transaction with the row
 * that it follows from. So at some moment between the two scans, all these rows existed together.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { checkRows } from '../../audit/check-rows.ts';
import { type Finding, fingerprint, type RepairStamp } from '../../audit/finding.ts';
import { addRow, countRows, noRows } from '../../audit/tenant-rows.ts';
import type { Services } from '../../services.ts';
import { readLastRun } from '../../store/timer-runs.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import type { RegistrationId } from '../../tenant-id.ts';

/** The result of an audit. */
export type Audit = {
  readonly findings: readonly Finding[];
  /** The number of further findings in rows that changed during the audit. They may be wrong, so they are not listed. */
  readonly unsettled: number;
  /** The objects that an export has written in part: it is running, or was interrupted. Sending the export again completes them. */
  readonly unfinished: readonly string[];
  readonly rows: number;
};

/** Audits the tenant of a registration; changes nothing. */
export async function auditTenant(
  services: Services,
  registrationId: RegistrationId,
): Promise<Audit & { counts: StorageCounts }> {
  const counts = noCounts();
  return countRequests(counts, async () => {
    const partition = await services.storage.partition(registrationId, counts);
    const stamp = { repairId: services.newId(), now: services.now(), lastSweepAt: await readLastSweepAt(services) };
    return { ...(await auditPartition(partition, stamp)), counts };
  });
}

/** Returns when the last sweep began, if it has ended; undefined while one is running, or before the first. */
async function readLastSweepAt({ storage, now }: Services): Promise<Date | undefined> {
  const { startedAt, endedAt } = await readLastRun(await storage.tenants(), 'sweepQuarantine', now());
  return startedAt !== null && endedAt !== null && endedAt >= startedAt ? new Date(startedAt) : undefined;
}

const mostScans = 5;
const pauseMs = 200;

/** Audits the rows of a tenant. The repairs in its findings have the given stamp. */
export async function auditPartition(partition: Partition, stamp: RepairStamp): Promise<Audit> {
  let before: Audit | undefined;
  for (let scan = 1; ; scan++) {
    const audit = await scanOnce(partition, stamp);
    if (audit.findings.length === 0) return audit;
    if (before) {
      const earlier = new Set(before.findings.map(fingerprint));
      const findings = audit.findings.filter((finding) => earlier.has(fingerprint(finding)));
      const unsettled = audit.findings.length - findings.length;
      if (unsettled === 0 || scan === mostScans) return { ...audit, findings, unsettled };
    }
    before = audit;
    await delay(pauseMs * (scan - 1));
  }
}

async function scanOnce(partition: Partition, stamp: RepairStamp): Promise<Audit> {
  const rows = noRows();
  for await (const page of readPages(partition, null)) for (const row of page) addRow(rows, row);
  return { ...checkRows(rows, stamp), unsettled: 0, rows: countRows(rows) };
}
