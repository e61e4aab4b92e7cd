/** Registers a tenant, or changes it. */
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { type Tenant, writeTenant } from '../store/tenants.ts';

const tenantIds = /^[a-z0-9-]{1,64}$/;

/** Registers a tenant, or replaces what is registered. Throws `InvalidParameter` for an id that cannot be one. */
export async function putTenant(
  { storage }: Services,
  tenantId: string,
  registration: Omit<Tenant, 'tenantId' | 'displayName'> & { readonly displayName?: string | null | undefined },
): Promise<{ readonly tenant: Tenant; readonly outcome: 'created' | 'updated' }> {
  if (!tenantIds.test(tenantId)) {
    throw new RequestError(
      'InvalidParameter',
      `Cannot register tenant "${tenantId.slice(0, 100)}": its id must have 1 to 64 characters of a-z, 0-9 and "-".`,
    );
  }
  const tenant: Tenant = { ...registration, tenantId, displayName: registration.displayName ?? null };
  return { tenant, outcome: await writeTenant(await storage.tenants(), tenant) };
}
