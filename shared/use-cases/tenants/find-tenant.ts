/** Finds a tenant by the id in a request's path. */
import { RequestError } from '../../request-error.ts';
import type { Services } from '../../services.ts';
import type { Partition } from '../../store/partition.ts';
import { readRegistration, readTenant, type StoredRegistration, type Tenant } from '../../store/tenants.ts';
import { tenantIdForm } from '../../tenant-id.ts';

/** A tenant, and the partition of its rows. */
export type FoundTenant = { readonly tenant: Tenant; readonly partition: Partition };

/**
 * Finds a tenant. Throws `TenantNotFound`, `TenantBeingDeleted` while the tenant is being deleted, and
 * `DamagedRegistration` if its row cannot be read.
 */
export async function findTenant({ storage }: Services, tenantId: string): Promise<FoundTenant> {
  // Storage is not asked for an impossible id: it refuses in a key much that a path can contain.
  const tenant = tenantIdForm.test(tenantId) ? await readTenant(await storage.tenants(), tenantId) : undefined;
  if (!tenant) throw tenantNotFound(tenantId);
  if (tenant.deletingSince !== null) throw beingDeleted(tenant);
  return { tenant, partition: await storage.partition(tenant.registrationId) };
}

/** Finds the registration of a tenant as stored, even if damaged. Throws `TenantNotFound` and `TenantBeingDeleted`. */
export async function findRegistration(services: Services, tenantId: string): Promise<StoredRegistration> {
  const table = await services.storage.tenants();
  const stored = tenantIdForm.test(tenantId) ? await readRegistration(table, tenantId) : undefined;
  if (!stored) throw tenantNotFound(tenantId);
  const { deletingSince } = stored.row;
  if (typeof deletingSince === 'string') throw beingDeleted({ tenantId, deletingSince });
  return stored;
}

/** The refusal of a request about a tenant that does not exist. */
export function tenantNotFound(tenantId: string): RequestError {
  return new RequestError(
    'TenantNotFound',
    `Cannot find tenant "${tenantId.slice(0, 64)}". Register it first: PUT /api/tenants/{tenantId}.`,
  );
}

/** The refusal of a request about a tenant that is being deleted. */
export function beingDeleted({ tenantId, deletingSince }: Pick<Tenant, 'tenantId' | 'deletingSince'>): RequestError {
  return new RequestError(
    'TenantBeingDeleted',
    `Cannot use tenant "${tenantId}": it has been in deletion since ${deletingSince}. The next sweep completes the deletion; sending the DELETE again does so now. After that its id can be registered again.`,
  );
}
