/**
 * Audits a tenant: reads all of its rows, and checks what must always hold.
 *
 * A scan is no snapshot: exports and sweeps go on while it runs. So a finding counts only where two scans, one after
 * the other, give it with the same ETags of all rows that it follows from. Whatever writes a row of a value or of an
 * error writes the row that it follows from in the same transaction; so at some moment between the two, all of it
 * stood like that together.
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

/** What an audit found. */
export type Audit = {
  readonly findings: readonly Finding[];
  /** How many more there were, of rows that changed while the audit ran: nothing is said of them. */
  readonly unsettled: number;
  /** The objects of which an export has written a part: it is under way, or was cut off; sent again, it completes them. */
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

/** Returns when the last run of the sweep began, if it has ended; undefined while one is under way, or before the first. */
async function readLastSweepAt({ storage, now }: Services): Promise<Date | undefined> {
  const { startedAt, endedAt } = await readLastRun(await storage.tenants(), 'sweepQuarantine', now());
  return startedAt !== null && endedAt !== null && endedAt >= startedAt ? new Date(startedAt) : undefined;
}

const mostScans = 5;
const pauseMs = 200;

/** Audits the rows of a tenant; the repairs in its findings carry the given stamp. */
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
  const picture = noRows();
  for await (const page of readPages(partition, null)) for (const row of page) addRow(picture, row);
  return { ...checkRows(picture, stamp), unsettled: 0, rows: countRows(picture) };
}
