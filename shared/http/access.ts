/**
 * Who may call a route.
 *
 * By default the platform asks for a function key, before this code runs. With `ENTRA_TENANT_ID` and `API_AUDIENCE` set
 * it asks for none, and every route that is not for anyone asks for an access token of Microsoft Entra here.
 */
import type { HttpRequest } from '@azure/functions';
import { holdsRole, type Role } from '../access/roles.ts';
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { asksForTokens } from '../settings.ts';

/** Anyone, or the bearers of one of some roles. */
export type Access = 'anyone' | Role | readonly [Role, ...Role[]];

/** Gives the roles that open a route; none where anyone may call it. */
export function rolesFor(access: Access): readonly Role[] {
  if (access === 'anyone') return [];
  return typeof access === 'string' ? [access] : access;
}

/** Roles that a function key is not enough for. */
const adminRoles: readonly Role[] = ['Conflicts.Fix', 'Tenants.Manage'];

/** Returns the function key that a route needs if access is by keys: of level `admin` if it fixes or manages. */
export function keyOf(access: Access): 'anonymous' | 'function' | 'admin' {
  if (access === 'anyone') return 'anonymous';
  return rolesFor(access).every((role) => adminRoles.includes(role)) ? 'admin' : 'function';
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
 * Refuses whom a route is not for, where access is by tokens.
 *
 * Throws `TokenMissing`, `TokenRefused` or `RoleMissing`, and what the reader of tokens throws where nobody can say who calls.
 */
export async function refuseStrangers(access: Access, request: HttpRequest, services: Services): Promise<void> {
  const { accessTokens, now } = services;
  if (access === 'anyone' || !accessTokens) return;
  const [, token] = /^Bearer +([^\s,]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) throw tokenMissing();
  const read = await accessTokens(token, now());
  if (read.refused !== undefined) {
    throw new RequestError('TokenRefused', `Cannot accept the access token: ${read.refused}.`);
  }
  const { tenantId } = request.params;
  if (!holdsRole(read.roles, rolesFor(access), tenantId)) throw roleMissing(rolesFor(access), tenantId);
}

function tokenMissing(): RequestError {
  return new RequestError(
    'TokenMissing',
    'Cannot answer without an access token: send one of Microsoft Entra as "Authorization: Bearer <token>".',
  );
}

function roleMissing(wanted: readonly Role[], tenantId: string | undefined): RequestError {
  const named = wanted.flatMap((role) => (tenantId === undefined ? [role] : [role, `${role}/${tenantId}`]));
  return new RequestError(
    'RoleMissing',
    `Cannot allow the request: the token has none of the app roles ${named.map((role) => `"${role}"`).join(', ')}. Assign one to the caller.`,
  );
}
