/** Sweeps every tenant, several side by side, and completes the deletion of those that are being deleted. */
import pMap from 'p-map';
import type { Services } from '../services.ts';
import { allTenants, type Tenant } from '../store/tenants.ts';
import { completeDeletion, removeRemains } from './delete-tenant.ts';
import { type Sweep, sweepTenant } from './sweep-tenant.ts';

const tenantsSideBySide = 4;

/** Told of each tenant's sweep as it ends. */
export type SweepLog = {
  readonly swept: (tenantId: string, sweep: Sweep) => void;
  readonly failed: (tenantId: string, error: unknown) => void;
};

/**
 * Sweeps every tenant. One tenant's failure is logged and stops no other; it makes the whole fail at the end, with an
 * error that names the tenants.
 */
export async function sweepAll(services: Services, log: SweepLog): Promise<void> {
  const failed: string[] = [];
  const table = await services.storage.tenants();
  await pMap(
    allTenants(table),
    async (tenant) => {
      const { tenantId } = tenant;
      try {
        await serve(services, tenant, log);
      } catch (error) {
        services.storage.noteFailure(error);
        log.failed(tenantId, error);
        failed.push(tenantId);
      }
    },
    { concurrency: tenantsSideBySide },
  );
  await removeRemains(services);
  if (failed.length > 0) {
    throw new Error(
      `Cannot sweep ${failed.length} tenants: ${failed.join(', ')}. The log says why; the next sweep tries again.`,
    );
  }
}

async function serve(services: Services, tenant: Tenant, { swept }: SweepLog): Promise<void> {
  if (tenant.deletingSince !== null) await completeDeletion(services, tenant);
  else swept(tenant.tenantId, await sweepTenant(services, tenant.registrationId));
}
