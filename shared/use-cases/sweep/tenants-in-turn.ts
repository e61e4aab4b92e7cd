/** Visits every tenant in turn, although a run may not have the time for all of them. */
import type { Services } from '../../services.ts';
import { readTenants } from '../../store/read-tenants.ts';
import type { DamagedRegistration } from '../../store/registration-problems.ts';
import { readSweepPosition, writeSweepPosition } from '../../store/sweep-position.ts';
import type { Tenant } from '../../store/tenant-row.ts';

const tenantsPerPage = 250;

type Table = Awaited<ReturnType<Services['storage']['tenants']>>;

type Turn = {
  /** Reports whether the time of the run is up. */
  readonly isOver: () => boolean;
  readonly onDamaged: (damaged: DamagedRegistration) => void;
};

/**
 * Yields the tenants in the order of their ids, beginning after the one at which the previous run ran out of time, and each
 * of them once. Ends early if the time is up, and records the position for the next run.
 */
export async function* tenantsInTurn({ storage }: Services, { isOver, onDamaged }: Turn): AsyncGenerator<Tenant> {
  const table = await storage.tenants();
  const start = await readSweepPosition(table);
  let last = start;
  for await (const tenant of tenantsFrom(table, start, onDamaged)) {
    if (isOver()) {
      await writeSweepPosition(table, last);
      return;
    }
    last = tenant.tenantId;
    yield tenant;
  }
  if (start !== null) await writeSweepPosition(table, null);
}

/** Yields the tenants after an id, and then those up to it. */
async function* tenantsFrom(table: Table, start: string | null, onDamaged: Turn['onDamaged']): AsyncGenerator<Tenant> {
  yield* tenantsBetween(table, { after: start ?? '', upTo: null, onDamaged });
  if (start !== null) yield* tenantsBetween(table, { after: '', upTo: start, onDamaged });
}

async function* tenantsBetween(
  table: Table,
  { after, upTo, onDamaged }: { after: string; upTo: string | null; onDamaged: Turn['onDamaged'] },
): AsyncGenerator<Tenant> {
  const isWithin = ({ tenantId }: { readonly tenantId: string }): boolean => upTo === null || tenantId <= upTo;
  let from: string | undefined = after;
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof readTenants>> = await readTenants(table, from, tenantsPerPage);
    page.damaged.filter(isWithin).forEach(onDamaged);
    yield* page.tenants.filter(isWithin);
    from = page.next !== undefined && (upTo === null || page.next < upTo) ? page.next : undefined;
  }
}
