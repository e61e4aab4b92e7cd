/**
 * Sweeps every tenant, several side by side, and completes the deletion of those that are being deleted.
 *
 * The first run of a day also counts what is quarantined, for the log: that grows with the quarantine, which a sweep
 * does not. It also removes the links to reports that have expired.
 */
import pMap from 'p-map';
import type { Services } from '../services.ts';
import { removeExpiredLinks } from '../store/report-links.ts';
import { readLastRun } from '../store/runs.ts';
import { allTenants, type Tenant } from '../store/tenants.ts';
import { countWaiting } from './count-waiting.ts';
import { completeDeletion, type Deletion, removeRemains } from './delete-tenant.ts';
import { renewPlaceholders } from './renew-placeholders.ts';
import type { TimerName } from './run-timer.ts';
import { refuseUnfinished, type Sweep, sweepTenant } from './sweep-tenant.ts';

const tenantsSideBySide = 4;

/** A run over all tenants, in numbers. */
export type SweepRun = {
  readonly tenants: number;
  readonly failed: number;
  readonly released: number;
  readonly durationMs: number;
};

/** Told of each tenant as its turn ends, and of the run. */
export type SweepLog = {
  readonly swept: (tenantId: string, sweep: Sweep) => void;
  readonly renewed: (tenantId: string, users: number) => void;
  readonly counted: (tenantId: string, openErrors: number) => void;
  readonly deleted: (tenantId: string, deletion: Deletion) => void;
  readonly failed: (tenantId: string, error: unknown) => void;
  readonly ended: (run: SweepRun) => void;
};

/**
 * Sweeps every tenant. One tenant's failure is logged and stops no other; it makes the whole fail at the end, with an
 * error that names the tenants.
 */
export async function sweepAll(services: Services, log: SweepLog): Promise<void> {
  const { storage, now } = services;
  const startedAt = now();
  const failed: string[] = [];
  const run = { tenants: 0, released: 0 };
  const table = await storage.tenants();
  const counts = await isFirstOfDay(services);
  const fail = (tenantId: string, error: unknown): void => {
    log.failed(tenantId, error);
    failed.push(tenantId);
  };
  await pMap(
    allTenants(table, (damaged) => fail(damaged.tenantId, damaged)),
    async (tenant) => {
      run.tenants++;
      try {
        run.released += await serve(services, tenant, { ...log, counts });
      } catch (error) {
        storage.noteFailure(error);
        fail(tenant.tenantId, error);
      }
    },
    { concurrency: tenantsSideBySide },
  );
  log.ended({ ...run, failed: failed.length, durationMs: now().getTime() - startedAt.getTime() });
  await removeRemains(services);
  if (failed.length > 0) {
    throw new Error(
      `Cannot sweep ${failed.length} tenants: ${failed.join(', ')}. The log says why; the next sweep tries again.`,
    );
  }
}

/** Serves one tenant; gives how many values were released. */
async function serve(
  services: Services,
  tenant: Tenant,
  { swept, renewed, counted, deleted, counts }: SweepLog & { counts: boolean },
): Promise<number> {
  const { tenantId, registrationId } = tenant;
  if (tenant.deletingSince !== null) {
    deleted(tenantId, await completeDeletion(services, tenant));
    return 0;
  }
  renewed(tenantId, await renewPlaceholders(services, tenant));
  const sweep = await sweepTenant(services, registrationId);
  swept(tenantId, sweep);
  if (counts) {
    counted(tenantId, await countWaiting(await services.storage.partition(registrationId)));
    await removeExpiredLinks(await services.storage.tenants(), registrationId, services.now());
  }
  refuseUnfinished(sweep);
  return sweep.released.length;
}

const timer: TimerName = 'sweepQuarantine';

/** Tells whether the timer has not ended well before on this day, in UTC. */
async function isFirstOfDay({ storage, now }: Services): Promise<boolean> {
  const { succeededAt } = await readLastRun(await storage.tenants(), timer, now());
  return succeededAt?.slice(0, 10) !== now().toISOString().slice(0, 10);
}
