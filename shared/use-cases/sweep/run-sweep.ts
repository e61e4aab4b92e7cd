/** Runs everything that a sweep does for one tenant. Behaviour 6. */
import type { Services } from '../../services.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import type { StorageCounts } from '../../store/table.ts';
import type { Tenant } from '../../store/tenants.ts';
import { removeExpired, type RemovedRows } from './remove-expired.ts';
import { renewPlaceholders } from './renew-placeholders.ts';
import { refuseUnfinished, type Sweep, sweepTenant } from './sweep-tenant.ts';

/** What a sweep does besides releasing values. */
type Extras = {
  /** Counts the quarantined values: this grows with the quarantine, which the rest of a sweep does not. */
  readonly countsErrors: boolean;
  /** Removes a bounded number of the rows that have expired. */
  readonly removesExpired: boolean;
};

/** Told of each part of a sweep as it ends. */
export type SweepLog = {
  readonly renewed: (tenantId: string, users: number) => void;
  readonly swept: (tenantId: string, sweep: Sweep) => void;
  readonly counted: (tenantId: string, openErrors: number) => void;
  readonly removed: (tenantId: string, removed: RemovedRows & { readonly counts: StorageCounts }) => void;
};

/** A sweep with its extras; null for those that were not wanted. */
export type SweepRun = {
  readonly sweep: Sweep;
  readonly openErrors: number | null;
  readonly removed: RemovedRows | null;
};

/** Renews placeholders, sweeps, counts and removes. Throws `SweepUnfinished` at the end if the sweep left work undone. */
export async function runSweep(
  services: Services,
  tenant: Tenant,
  { countsErrors, removesExpired, log }: Extras & { readonly log: SweepLog },
): Promise<SweepRun> {
  const { tenantId, registrationId, retentionDays } = tenant;
  const users = await renewPlaceholders(services, tenant);
  if (users > 0) log.renewed(tenantId, users);
  const sweep = await sweepTenant(services, registrationId);
  log.swept(tenantId, sweep);
  const openErrors = countsErrors ? await countErrors(await services.storage.partition(registrationId)) : null;
  if (openErrors !== null) log.counted(tenantId, openErrors);
  const removed = removesExpired ? await removeExpired(services, tenant, services.now()) : null;
  if (removed && retentionDays > 0) log.removed(tenantId, removed);
  refuseUnfinished(sweep);
  return { sweep, openErrors, removed };
}

/** Counts the quarantined values of a tenant: one request for each thousand. */
async function countErrors(partition: Partition): Promise<number> {
  let count = 0;
  for await (const page of readPages(partition, keysFrom('error|'), { select: ['RowKey'] })) count += page.length;
  return count;
}
