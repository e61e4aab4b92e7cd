/** Finds a tenant by the id in a request's path. */
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { readRegistration, readTenant, type StoredRegistration, type Tenant, tenantIdForm } from '../store/tenants.ts';

/**
 * Finds a tenant. Throws `TenantNotFound` where there is none, `TenantBeingDeleted` where it is on its way out, and
 * `DamagedRegistration` where its row cannot be read.
 */
export async function findTenant({ storage }: Services, tenantId: string): Promise<Tenant> {
  // What cannot be an id is not asked for: in a key, storage refuses much of what a path can hold.
  const tenant = tenantIdForm.test(tenantId) ? await readTenant(await storage.tenants(), tenantId) : undefined;
  if (tenant && tenant.deletingSince !== null) throw beingDeleted(tenant);
  if (tenant) return tenant;
  throw tenantNotFound(tenantId);
}

/** Finds the registration of a tenant as it is stored, damaged or not. Throws `TenantNotFound` and `TenantBeingDeleted`. */
export async function findRegistration(services: Services, tenantId: string): Promise<StoredRegistration> {
  const table = await services.storage.tenants();
  const stored = tenantIdForm.test(tenantId) ? await readRegistration(table, tenantId) : undefined;
  if (!stored) throw tenantNotFound(tenantId);
  const { deletingSince } = stored.row;
  if (typeof deletingSince === 'string') throw beingDeleted({ tenantId, deletingSince });
  return stored;
}

/** Refuses what is asked of a tenant that is not there. */
export function tenantNotFound(tenantId: string): RequestError {
  return new RequestError(
    'TenantNotFound',
    `Cannot find tenant "${tenantId.slice(0, 64)}". Register it first: PUT /api/tenants/{tenantId}.`,
  );
}

/** Refuses whatever is asked of a tenant while it is being deleted. */
export function beingDeleted({ tenantId, deletingSince }: Pick<Tenant, 'tenantId' | 'deletingSince'>): RequestError {
  return new RequestError(
    'TenantBeingDeleted',
    `Cannot use tenant "${tenantId}": it is being deleted since ${deletingSince}. The next sweep completes that, or send the DELETE again; then its id can be registered anew.`,
  );
}
