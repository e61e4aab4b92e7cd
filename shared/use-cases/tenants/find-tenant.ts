/** Finds a tenant by the id in a request's path. */
import type { Services } from '../../services.ts';
import type { Partition } from '../../store/partition.ts';
import { readRegistration, readTenant, type StoredRegistration } from '../../store/read-tenants.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { tenantIdForm } from '../../tenant-id.ts';
import { tenantBeingDeleted, tenantNotFound } from '../../messages/refusals.ts';

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
  if (tenant.deletingSince !== null) throw tenantBeingDeleted(tenantId, tenant.deletingSince);
  return { tenant, partition: await storage.partition(tenant.registrationId) };
}

/** Finds the registration of a tenant as stored, even if damaged. Throws `TenantNotFound` and `TenantBeingDeleted`. */
export async function findRegistration(services: Services, tenantId: string): Promise<StoredRegistration> {
  const table = await services.storage.tenants();
  const stored = tenantIdForm.test(tenantId) ? await readRegistration(table, tenantId) : undefined;
  if (!stored) throw tenantNotFound(tenantId);
  const { deletingSince } = stored.row;
  if (typeof deletingSince === 'string') throw tenantBeingDeleted(tenantId, deletingSince);
  return stored;
}
