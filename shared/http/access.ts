/**
 * Who may call a route.
 *
 * By default the platform asks for a function key, before this code runs. With `ENTRA_TENANT_ID` and `API_AUDIENCE` set
 * it asks for none, and every route that is not for anyone asks for an access token of Microsoft Entra here.
 */
import type { HttpRequest } from '@azure/functions';
import { holdsRoles, type Role } from '../access/roles.ts';
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { asksForTokens } from '../settings.ts';

/** Anyone, the bearers of one of some roles, or of all of some roles. */
export type Access = 'anyone' | Role | readonly [Role, ...Role[]] | { readonly allOf: readonly [Role, ...Role[]] };

/** Who calls, as far as it is known. */
export type Caller = {
  /**
   * Reports whether the caller has a role. Keys have none: where access is by function keys, the caller has the roles
   * without which its route cannot be called.
   */
  readonly has: (role: Role) => boolean;
};

/** Returns the sets of roles that open a route, each by itself; none if anyone may call it. */
export function rolesFor(access: Access): readonly (readonly Role[])[] {
  if (access === 'anyone') return [];
  if (typeof access === 'string') return [[access]];
  return 'allOf' in access ? [access.allOf] : access.map((role) => [role]);
}

/** Returns the function key that a route needs where access is by keys: of level `admin` if it is only for who manages tenants. */
export function keyOf(access: Access): 'anonymous' | 'function' | 'admin' {
  if (access === 'anyone') return 'anonymous';
  return isFor('Tenants.Manage', access) ? 'admin' : 'function';
}

/** Reports whether nobody can call a route who does not have a role. */
function isFor(role: Role, access: Access): boolean {
  return access !== 'anyone' && rolesFor(access).every((roles) => roles.includes(role));
}

/**
 * Gives the auth level to register a route with. It is asked for while the app loads, so it throws nothing: of a wrong
 * setting the start is told by another, and no route answers then.
 */
export function keyLevelOf(
  access: Access,
  environment: Readonly<Record<string, string | undefined>>,
): 'anonymous' | 'function' | 'admin' {
  return asksForTokens(environment) ? 'anonymous' : keyOf(access);
}

/**
 * Refuses whom a route is not for, where access is by tokens, and returns who calls.
 *
 * Throws `TokenMissing`, `TokenRefused` or `RoleMissing`, and what the reader of tokens throws where nobody can say who calls.
 */
export async function refuseStrangers(access: Access, request: HttpRequest, services: Services): Promise<Caller> {
  const { accessTokens, now } = services;
  if (access === 'anyone' || !accessTokens) return { has: (role) => isFor(role, access) };
  const [, token] = /^Bearer +([^\s,]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) throw tokenMissing();
  const read = await accessTokens(token, now());
  if (read.refused !== undefined) {
    throw new RequestError('TokenRefused', `Cannot accept the access token: ${read.refused}.`);
  }
  const { tenantId } = request.params;
  const { roles: held } = read;
  if (!rolesFor(access).some((wanted) => holdsRoles(held, wanted, tenantId))) {
    const missing = rolesFor(access).flatMap((wanted) => wanted.filter((role) => !holdsRoles(held, [role], tenantId)));
    throw roleMissing(missing, { tenantId, areAllAsked: typeof access === 'object' && 'allOf' in access });
  }
  return { has: (role) => holdsRoles(held, [role], tenantId) };
}

function tokenMissing(): RequestError {
  return new RequestError(
    'TokenMissing',
    'Cannot answer without an access token: send one of Microsoft Entra as "Authorization: Bearer <token>".',
  );
}

function roleMissing(
  missing: readonly Role[],
  { tenantId, areAllAsked }: { readonly tenantId: string | undefined; readonly areAllAsked: boolean },
): RequestError {
  const named = missing.map((role) => (tenantId === undefined ? [role] : [role, `${role}/${tenantId}`]));
  const alternatives = named.map((names) => names.map((name) => `"${name}"`).join(areAllAsked ? ' or ' : ', '));
  const lacks = areAllAsked
    ? `the token lacks the app roles ${alternatives.join(' and ')}. Assign them to the caller`
    : `the token has none of the app roles ${alternatives.join(', ')}. Assign one to the caller`;
  return new RequestError('RoleMissing', `Cannot allow the request: ${lacks}.`);
}
