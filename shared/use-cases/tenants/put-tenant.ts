/** Registers a tenant, or changes it. */
import type { Services } from '../../services.ts';
import { writeTenant } from '../../store/write-tenant.ts';
import type { Tenant, TenantRegistration } from '../../store/tenant-row.ts';
import { tenantIdForm } from '../../tenant-id.ts';
import { tenantBeingDeleted, tenantIdInvalid } from '../../messages/refusals.ts';

/**
 * Registers a tenant, or replaces its registration. Throws `InvalidParameter` for an invalid id, and `TenantBeingDeleted`
 * while a tenant with this id is being deleted.
 */
export async function putTenant(
  { storage, now }: Services,
  tenantId: string,
  registration: Omit<TenantRegistration, 'tenantId' | 'displayName'> & {
    readonly displayName?: string | null | undefined;
  },
): Promise<{ readonly tenant: Tenant; readonly outcome: 'created' | 'updated' }> {
  if (!tenantIdForm.test(tenantId)) throw tenantIdInvalid(tenantId);
  const complete = { ...registration, tenantId, displayName: registration.displayName ?? null };
  const { tenant, outcome } = await writeTenant(await storage.tenants(), complete, now());
  if (outcome === 'deleting') throw tenantBeingDeleted(tenantId, tenant.deletingSince ?? '');
  return { tenant, outcome };
}
