/**
 * Repairs a tenant: mends what an audit finds and can be mended without guessing, and audits again.
 *
 * Each mend is one transaction on the condition that what it follows from still stands; whoever is faster, an export or
 * another repair, wins, and the next round looks again. What a mend writes over is given back, so that nothing is lost.
 */
import pMap from 'p-map';
import type { Finding } from '../../audit/finding.ts';
import type { PlaceholderForm } from '../../directory/placeholder.ts';
import type { Services } from '../../services.ts';
import { joinRepairs, type Repair, readRowsBefore, writeRepair } from '../../store/repairs.ts';
import type { Partition } from '../../store/partition.ts';
import type { ReadRow } from '../../store/rows.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import { type Audit, auditPartition } from './audit-tenant.ts';
import type { RegistrationId } from '../../tenant-id.ts';

/** A finding that was mended, or that somebody else changed in the meantime, and what stood in the rows before. */
export type RepairOutcome = {
  readonly finding: Finding;
  readonly outcome: 'mended' | 'overtaken';
  readonly prior: readonly ReadRow[];
};

/** What a repair did, and the audit after it: what is left cannot be mended without guessing. */
export type RepairedTenant = {
  readonly repairId: string;
  readonly repairs: readonly RepairOutcome[];
  readonly audit: Audit;
  readonly counts: StorageCounts;
};

const mostRounds = 8;
const mendsSideBySide = 8;

/** Told of each mend before it is written, with what stands in the rows: should the rest fail, that is not lost. */
export type RepairLog = (finding: Finding, prior: readonly ReadRow[]) => void;

/** Repairs the tenant of a registration. Safe at any time, also while exports and sweeps run, and again where it was cut off. */
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
      // Each round writes under an id of its own: a value can fall vacant in more than one.
      const stamp = { repairId: `${repairId}~${round}`, now: now(), placeholders };
      const audit = await auditPartition(partition, stamp);
      const mendable = audit.findings.filter(isMendable);
      if (mendable.length === 0 || round === mostRounds) return { repairId, repairs, audit, counts };
      repairs.push(...(await mendAll(partition, mendable, log)));
    }
  });
}

type Mendable = Finding & { readonly mend: Repair };

function isMendable(finding: Finding): finding is Mendable {
  return finding.mend !== null;
}

async function mendAll(
  partition: Partition,
  findings: readonly Mendable[],
  log: RepairLog,
): Promise<readonly RepairOutcome[]> {
  const joined = joinRepairs(
    findings.map(({ mend }) => mend),
    partition.rowsPerTransaction,
  );
  const repairs = await pMap(
    joined,
    async ({ mend, from }): Promise<readonly RepairOutcome[]> => {
      const mended = from.flatMap((index) => findings[index] ?? []);
      const priors = await Promise.all(mended.map((finding) => readRowsBefore(partition, [finding.mend])));
      mended.forEach((finding, index) => log(finding, priors[index] ?? []));
      const outcome = (await writeRepair(partition, mend)) ? 'mended' : 'overtaken';
      return mended.map((finding, index) => ({ finding, outcome, prior: priors[index] ?? [] }));
    },
    { concurrency: mendsSideBySide },
  );
  return repairs.flat();
}
