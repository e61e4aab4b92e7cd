/**
 * Decides who may call a route.
 *
 * By default the platform requires a function key before this code runs. With `ENTRA_TENANT_ID` and `API_AUDIENCE` set
 * it requires none, and every route that is not for anyone requires an access token of Microsoft Entra here.
 */
import { createHmac } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { holdsRole, type Role } from '../tokens/roles.ts';
import { deriveKey } from '../tokens/seal.ts';
import type { Services } from '../services.ts';
import { asksForTokens } from '../settings.ts';
import { roleMissing, tokenMissing, tokenRefused } from '../messages/request-refusals.ts';

/** Anyone, the bearers of one of some roles, or of all of some roles. */
export type Access = 'anyone' | Role | readonly [Role, ...Role[]] | { readonly allOf: readonly [Role, ...Role[]] };

/** Returns the sets of roles that open a route, each by itself; none if anyone may call it. */
export function rolesFor(access: Access): readonly (readonly Role[])[] {
  if (access === 'anyone') return [];
  if (typeof access === 'string') return [[access]];
  return 'allOf' in access ? [access.allOf] : access.map((role) => [role]);
}

/** Roles that a function key is not enough for. */
const adminRoles: readonly Role[] = ['Conflicts.Fix', 'Tenants.Manage'];

/**
 * Returns the function key that a route needs if access is by keys: `admin` if only callers who may fix or manage may
 * call it.
 */
export function keyOf(access: Access): 'anonymous' | 'function' | 'admin' {
  if (access === 'anyone') return 'anonymous';
  const isForAdmins = rolesFor(access).every((roles) => roles.some((role) => adminRoles.includes(role)));
  return isForAdmins ? 'admin' : 'function';
}

/** Reports whether a route is closed to every caller without a role. */
function isFor(role: Role, access: Access): boolean {
  return access !== 'anyone' && rolesFor(access).every((roles) => roles.includes(role));
}

/**
 * Returns the auth level to register a route with. It is read while the app loads, so it never throws: an invalid
 * setting stops the start elsewhere, and then no route answers.
 */
export function keyLevelOf(
  access: Access,
  environment: Readonly<Record<string, string | undefined>>,
): 'anonymous' | 'function' | 'admin' {
  return asksForTokens(environment) ? 'anonymous' : keyOf(access);
}

/** The caller of a route. */
export type Caller = {
  /** The name that logs and rows have for the caller; null if anyone may call. */
  readonly name: string | null;
  /**
   * Reports whether the caller has a role. Keys have none: if access is by function keys, the caller has the roles
   * without which its route cannot be called.
   */
  readonly has: (role: Role) => boolean;
};

/**
 * Identifies the caller.
 *
 * Throws `TokenMissing` or `TokenRefused`, and {@link IssuerUnavailable} if the issuer's keys cannot be read.
 */
export async function identifyCaller(
  access: Access,
  request: HttpRequest,
  { accessTokens, now, settings }: Services,
): Promise<Caller> {
  if (access === 'anyone') return { name: null, has: () => false };
  if (!accessTokens) return { name: nameByKey(request, settings), has: (role) => isFor(role, access) };
  const [, token] = /^Bearer +([^\s,]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) throw tokenMissing();
  const read = await accessTokens(token, now());
  if (read.refused !== undefined) {
    throw tokenRefused(read.refused);
  }
  const { tenantId } = request.params;
  return { name: read.subject, has: (role) => holdsRole(read.roles, [role], tenantId) };
}

/** Refuses a caller whose token lacks the roles that open a route. Throws `RoleMissing`. */
export function refuseStrangers(access: Access, { params: { tenantId } }: HttpRequest, { has }: Caller): void {
  const opening = rolesFor(access);
  if (access === 'anyone' || opening.some((roles) => roles.every(has))) return;
  const missing = opening.flat().filter((role) => !has(role));
  throw roleMissing(missing, { tenantId, needsAll: typeof access === 'object' && 'allOf' in access });
}

/**
 * Names the function key of a request. The platform has checked the key, and does not tell Node.js its name; so a caller
 * is named by eight hexadecimal digits that follow from the key, and from which the key does not follow.
 */
function nameByKey({ headers, query }: HttpRequest, { linkKeys }: Services['settings']): string {
  const key = headers.get('x-functions-key') ?? query.get('code');
  // A development machine requires no key.
  if (!key) return 'unidentified';
  const digest = createHmac('sha256', deriveKey(linkKeys[0], 'caller')).update(key).digest('hex');
  return `key:${digest.slice(0, 8)}`;
}
