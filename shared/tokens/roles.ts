/**
 * App roles: what the bearer of an access token may do, and for which tenants.
 *
 * A role alone, `Exports.Write`, is for every tenant. Behind a slash it names one: `Exports.Write/contoso`. Several such
 * roles add up. No role contains another: who is to export and to read needs both.
 */

/** What each role lets its bearer do. */
export const roles = {
  'Exports.Write': 'send exports, sweep, and, with Errors.Read, send test mails',
  'Errors.Read': 'read objects, errors, failures and the history, and make and list links to the report',
  'Conflicts.Fix': 'dismiss failures',
  'Tenants.Manage': 'register, change, repair and delete tenants, and void links to their reports',
} as const;

export type Role = keyof typeof roles;

/** Tells whether the roles of a token include one of those wanted: for the tenant, or for all. */
export function holdsRole(held: readonly string[], wanted: readonly Role[], tenantId: string | undefined): boolean {
  return wanted.some((role) => held.includes(role) || (tenantId !== undefined && held.includes(`${role}/${tenantId}`)));
}
