/** Finds a tenant by the id in a request's path, or lists all tenants. */
import type { Services } from '../../services.ts';
import type { Partition } from '../../store/partition.ts';
import { readRegistration, readTenant, readTenants, type StoredRegistration } from '../../store/read-tenants.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { tenantIdForm } from '../../tenant-id.ts';
import { tenantBeingDeleted, tenantNotFound } from '../../messages/refusals.ts';
import type { Page, PageRequest } from '../queries/page.ts';

/** A tenant, and the partition of its rows. */
export type FoundTenant = { readonly tenant: Tenant; readonly partition: Partition };

/**
 * Finds a tenant. Throws `TenantNotFound`, `TenantBeingDeleted` while the tenant is being deleted, and
 * `DamagedRegistration` if its row cannot be read.
 */
export async function findTenant({ storage }: Services, tenantId: string): Promise<FoundTenant> {
  // An invalid id is not looked up: a path can contain characters that storage refuses in a key.
  const tenant = tenantIdForm.test(tenantId) ? await readTenant(await storage.tenants(), tenantId) : undefined;
  if (!tenant) throw tenantNotFound(tenantId);
  if (tenant.deletingSince !== null) throw tenantBeingDeleted(tenantId, tenant.deletingSince);
  return { tenant, partition: await storage.partition(tenant.registrationId) };
}

/** Reads a page of at most 250 tenants, in the order of their ids. Throws `DamagedRegistration` if one cannot be read. */
export async function listTenants({ storage }: Services, { after, pageSize }: PageRequest): Promise<Page<Tenant>> {
  const { tenants, damaged, next } = await readTenants(await storage.tenants(), after ?? '', pageSize);
  // A list without the damaged tenants would look complete.
  if (damaged[0]) throw damaged[0];
  return { entries: tenants, next };
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
