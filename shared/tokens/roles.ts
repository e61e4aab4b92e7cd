/**
 * App roles: the rights of the bearer of an access token.
 *
 * A role such as `Exports.Write` is valid for every tenant, and `Exports.Write/contoso` for one tenant. Roles add up, and
 * none includes another: a client that exports and reads needs two roles.
 */

/** The roles, and the rights of each. */
export const roles = {
  'Exports.Write': 'send exports, sweep, and, with Errors.Read, send test mails',
  'Errors.Read': 'read objects, errors, failures and the history, and make and list links to the report',
  'Conflicts.Fix': 'dismiss failures',
  'Tenants.Manage': 'register, change, repair and delete tenants, and void links to their reports',
} as const;

/** The name of a role, without a tenant. */
export type Role = keyof typeof roles;

/** Reports whether the roles of a token include one of the sufficient roles, for the tenant or for all tenants. */
export function holdsRole(held: readonly string[], sufficient: readonly Role[], tenantId: string | undefined): boolean {
  return sufficient.some(
    (role) => held.includes(role) || (tenantId !== undefined && held.includes(`${role}/${tenantId}`)),
  );
}
