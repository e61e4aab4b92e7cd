/** Finds a tenant by the id in a request's path. */
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { readTenant, type Tenant, tenantIdForm } from '../store/tenants.ts';

/** Finds a tenant. Throws `TenantNotFound` where there is none, and `TenantBeingDeleted` where it is on its way out. */
export async function findTenant({ storage }: Services, tenantId: string): Promise<Tenant> {
  // What cannot be an id is not asked for: in a key, storage refuses much of what a path can hold.
  const tenant = tenantIdForm.test(tenantId) ? await readTenant(await storage.tenants(), tenantId) : undefined;
  if (tenant && tenant.deletingSince !== null) throw beingDeleted(tenant);
  if (tenant) return tenant;
  throw tenantNotFound(tenantId);
}

/** Refuses what is asked of a tenant that is not there. */
export function tenantNotFound(tenantId: string): RequestError {
  return new RequestError(
    'TenantNotFound',
    `Cannot find tenant "${tenantId.slice(0, 64)}". Register it first: PUT /api/tenants/{tenantId}.`,
  );
}

/** Refuses whatever is asked of a tenant while it is being deleted. */
export function beingDeleted({ tenantId, deletingSince }: Tenant): RequestError {
  return new RequestError(
    'TenantBeingDeleted',
    `Cannot use tenant "${tenantId}": it is being deleted since ${deletingSince}. The next sweep completes that, or send the DELETE again; then its id can be registered anew.`,
  );
}
