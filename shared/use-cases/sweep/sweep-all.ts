/**
 * Sweeps every tenant, several side by side, and completes the deletion of tenants that are being deleted.
 *
 * The first run of a day also counts the quarantined values for the log, and removes expired links to reports. Until all
 * expired rows are removed, each run of the day removes a bounded number of them. A run that has no time left for more
 * tenants ends well, and the next one begins with those.
 */
import pMap from 'p-map';
import type { Services } from '../../services.ts';
import { removeExpiredLinks } from '../../store/report-links.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { readLastRun, writeRun } from '../../store/timer-runs.ts';
import type { TimerName } from '../run-timer.ts';
import { completeDeletion, type Deletion, removeLateRows } from '../tenants/delete-tenant.ts';
import { runSweep, type SweepLog } from './run-sweep.ts';
import { tenantsInTurn } from './tenants-in-turn.ts';

const tenantsSideBySide = 4;

/** No tenant's turn begins after this: `functionTimeout` in host.json ends a run after ten minutes. */
export const longestRunMs = 7 * 60_000;

/** A run over all tenants, in numbers. */
type SweepTotals = {
  readonly tenants: number;
  readonly failed: number;
  readonly released: number;
  readonly durationMs: number;
  /** False if the time was up before every tenant had its turn: the next run begins with the others. */
  readonly isComplete: boolean;
};

/** Told of each tenant as its turn ends, and of the run. */
type SweepAllLog = SweepLog & {
  readonly deleted: (tenantId: string, deletion: Deletion) => void;
  readonly failed: (tenantId: string, error: unknown) => void;
  readonly ended: (totals: SweepTotals) => void;
};

/**
 * Sweeps every tenant. The failure of a tenant is logged and does not stop the others; at the end it fails the run, with
 * an error that names the tenants.
 */
export async function sweepAll(services: Services, log: SweepAllLog): Promise<void> {
  const { storage, now } = services;
  const startedAt = now();
  const failed: string[] = [];
  const unfinished: string[] = [];
  const totals = { tenants: 0, released: 0, isComplete: true };
  const table = await storage.tenants();
  const extras = { isFirst: await isFirstOfDay(services, timer), removesExpired: await isFirstOfDay(services, expiry) };
  const fail = (tenantId: string, error: unknown): void => {
    log.failed(tenantId, error);
    failed.push(tenantId);
  };
  const isOver = (): boolean => {
    totals.isComplete &&= now().getTime() - startedAt.getTime() < longestRunMs;
    return !totals.isComplete;
  };
  await pMap(
    tenantsInTurn(services, { isOver, onDamaged: (damaged) => fail(damaged.tenantId, damaged) }),
    async (tenant) => {
      totals.tenants++;
      try {
        const { released, isMoreExpired } = await sweepOne(services, tenant, { ...extras, log });
        totals.released += released;
        if (isMoreExpired) unfinished.push(tenant.tenantId);
      } catch (error) {
        unfinished.push(tenant.tenantId);
        storage.noteFailure(error);
        fail(tenant.tenantId, error);
      }
    },
    { concurrency: tenantsSideBySide },
  );
  log.ended({ ...totals, failed: failed.length, durationMs: now().getTime() - startedAt.getTime() });
  if (totals.isComplete) await removeLateRows(services);
  if (extras.removesExpired && totals.isComplete && unfinished.length === 0) {
    await writeRun(table, expiry, { succeededAt: startedAt.toISOString() });
  }
  if (failed.length > 0) {
    throw new Error(
      `Cannot sweep ${failed.length} tenants: ${failed.join(', ')}. The log says why; the next sweep tries again.`,
    );
  }
}

/** Sweeps a tenant, or deletes it further; returns how many values were released, and whether more rows have expired. */
async function sweepOne(
  services: Services,
  tenant: Tenant,
  { isFirst, removesExpired, log }: { isFirst: boolean; removesExpired: boolean; log: SweepAllLog },
): Promise<{ readonly released: number; readonly isMoreExpired: boolean }> {
  if (tenant.deletingSince !== null) {
    log.deleted(tenant.tenantId, await completeDeletion(services, tenant));
    return { released: 0, isMoreExpired: false };
  }
  if (removesExpired) await removeExpiredLinks(await services.storage.tenants(), tenant.registrationId, services.now());
  const { sweep, removed } = await runSweep(services, tenant, { countsErrors: isFirst, removesExpired, log });
  return { released: sweep.released.length, isMoreExpired: removed?.isMore ?? false };
}

const timer: TimerName = 'sweepQuarantine';

/** The name of the row that records the day on which everything that had expired was last removed. */
const expiry = 'sweepQuarantine|removeExpired';

/** Reports whether no run of that name has succeeded yet on this day, in UTC. */
async function isFirstOfDay({ storage, now }: Services, name: string): Promise<boolean> {
  const { succeededAt } = await readLastRun(await storage.tenants(), name, now());
  return succeededAt?.slice(0, 10) !== now().toISOString().slice(0, 10);
}
