/** Finds a tenant by the id in a request's path. */
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { readTenant, type Tenant } from '../store/tenants.ts';

/** Finds a tenant. Throws `TenantNotFound` where there is none. */
export async function findTenant({ storage }: Services, tenantId: string): Promise<Tenant> {
  const tenant = await readTenant(await storage.tenants(), tenantId);
  if (tenant) return tenant;
  throw new RequestError(
    'TenantNotFound',
    `Cannot find tenant "${tenantId.slice(0, 64)}". Register it first: PUT /api/tenants/{tenantId}.`,
  );
}
