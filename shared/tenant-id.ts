/** The ids of tenants, and of their registrations. */

/** The form of a tenant's id. */
export const tenantIdForm = /^[a-z0-9-]{1,64}$/;

declare const registration: unique symbol;

/**
 * The id of one registration of a tenant, and the key of the partition that holds its rows: `contoso`, then `contoso~2`
 * after the tenant was deleted and registered again. Never shown to a user in place of the tenant's id.
 */
export type RegistrationId = string & { readonly [registration]: true };

/** Returns the id of the `generation`-th registration of a tenant, counted from 1. */
export function registrationIdOf(tenantId: string, generation: number): RegistrationId {
  return (generation === 1 ? tenantId : `${tenantId}~${generation}`) as RegistrationId;
}

/** Returns the id of the tenant that was registered. */
export function tenantIdOf(registrationId: RegistrationId): string {
  return registrationId.split('~', 1)[0] as string;
}

/** Returns how often the tenant's id had been registered with this registration. */
export function generationOf(registrationId: RegistrationId): number {
  return Number(registrationId.split('~')[1] ?? 1);
}
