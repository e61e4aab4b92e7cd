/** Registers a tenant, or changes it. */
import { RequestError } from '../../request-error.ts';
import { beingDeleted } from './find-tenant.ts';
import type { Services } from '../../services.ts';
import { writeTenant } from '../../store/write-tenant.ts';
import type { Tenant, TenantRegistration } from '../../store/tenant-row.ts';
import { tenantIdForm } from '../../tenant-id.ts';

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
  if (!tenantIdForm.test(tenantId)) {
    throw new RequestError(
      'InvalidParameter',
      `Cannot register tenant "${tenantId.slice(0, 100)}": its id must have 1 to 64 characters of a-z, 0-9 and "-".`,
    );
  }
  const complete = { ...registration, tenantId, displayName: registration.displayName ?? null };
  const { tenant, outcome } = await writeTenant(await storage.tenants(), complete, now());
  if (outcome === 'deleting') throw beingDeleted(tenant);
  return { tenant, outcome };
}
