/**
 * Repairs a tenant: audits it, writes the repairs that need no guessing, and audits again.
 *
 * Each repair is one transaction, on the condition that the rows it follows from have not changed. If an export or another
 * repair was faster, the next round audits again. The result includes the overwritten rows, so nothing is lost.
 */
import pMap from 'p-map';
import type { Finding } from '../../audit/finding.ts';
import type { PlaceholderForm } from '../../directory/placeholder.ts';
import type { Services } from '../../services.ts';
import { joinRepairs, type Repair, readRowsBefore, writeRepair } from '../../store/repairs.ts';
import type { Partition } from '../../store/partition.ts';
import type { ReadRow } from '../../store/row.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import { type Audit, auditPartition } from './audit-tenant.ts';
import type { RegistrationId } from '../../tenant-id.ts';

/** The outcome for one finding, with its rows before the repair. `overtaken`: another writer changed them first. */
export type RepairOutcome = {
  readonly finding: Finding;
  readonly outcome: 'mended' | 'overtaken';
  readonly prior: readonly ReadRow[];
};

/** The outcome of a repair, and the audit after it. The remaining findings cannot be repaired without guessing. */
export type RepairedTenant = {
  readonly repairId: string;
  readonly repairs: readonly RepairOutcome[];
  readonly audit: Audit;
  readonly counts: StorageCounts;
};

const mostRounds = 8;
const repairsSideBySide = 8;

/** Called before each repair with its present rows, so that they are not lost if a later step fails. */
export type RepairLog = (finding: Finding, prior: readonly ReadRow[]) => void;

/** Repairs the tenant of a registration. Safe at any time, also while exports and sweeps run. If interrupted, run it again. */
export async function repairTenant(
  services: Services,
  registrationId: RegistrationId,
  log: RepairLog,
  form: PlaceholderForm | null = null,
): Promise<RepairedTenant> {
  const counts = noCounts();
  return countRequests(counts, async () => {
    const { storage, newId, now, random } = services;
    const placeholders = form === null ? undefined : { form, random };
    const partition = await storage.partition(registrationId, counts);
    const repairId = newId();
    const repairs: RepairOutcome[] = [];
    for (let round = 0; ; round++) {
      // Each round has its own id, because a value can become vacant in several rounds.
      const stamp = { repairId: `${repairId}~${round}`, now: now(), placeholders };
      const audit = await auditPartition(partition, stamp);
      const repairable = audit.findings.filter(isRepairable);
      if (repairable.length === 0 || round === mostRounds) return { repairId, repairs, audit, counts };
      repairs.push(...(await repairAll(partition, repairable, log)));
    }
  });
}

type Repairable = Finding & { readonly repair: Repair };

function isRepairable(finding: Finding): finding is Repairable {
  return finding.repair !== null;
}

async function repairAll(
  partition: Partition,
  findings: readonly Repairable[],
  log: RepairLog,
): Promise<readonly RepairOutcome[]> {
  const joined = joinRepairs(
    findings.map(({ repair }) => repair),
    partition.rowsPerTransaction,
  );
  const repairs = await pMap(
    joined,
    async ({ repair, from }): Promise<readonly RepairOutcome[]> => {
      const repaired = from.flatMap((index) => findings[index] ?? []);
      const priors = await Promise.all(repaired.map((finding) => readRowsBefore(partition, [finding.repair])));
      repaired.forEach((finding, index) => log(finding, priors[index] ?? []));
      const outcome = (await writeRepair(partition, repair)) ? 'mended' : 'overtaken';
      return repaired.map((finding, index) => ({ finding, outcome, prior: priors[index] ?? [] }));
    },
    { concurrency: repairsSideBySide },
  );
  return repairs.flat();
}
