/**
 * Who may call a route.
 *
 * By default the platform asks for a function key, before this code runs. With `ENTRA_TENANT_ID` and `API_AUDIENCE` set
 * it asks for none, and every route that is not for anyone asks for an access token of Microsoft Entra here.
 */
import { createHmac } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { holdsRole, type Role } from '../access/roles.ts';
import { deriveKey } from '../links/sealed.ts';
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

/** Gives the function key that a route needs where access is by keys: of level `admin` where it manages tenants. */
export function keyOf(access: Access): 'anonymous' | 'function' | 'admin' {
  if (access === 'anyone') return 'anonymous';
  return rolesFor(access).every((role) => role === 'Tenants.Manage') ? 'admin' : 'function';
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

/** Who sent a request: the name that logs and rows have for the caller, and the roles of its token; null with a function key. */
export type Caller = { readonly name: string; readonly roles: readonly string[] | null };

/**
 * Identifies who calls; null if anyone may.
 *
 * Throws `TokenMissing` or `TokenRefused`, and what the reader of tokens throws if the issuer's keys cannot be read.
 */
export async function identifyCaller(
  access: Access,
  request: HttpRequest,
  { accessTokens, now, settings }: Services,
): Promise<Caller | null> {
  if (access === 'anyone') return null;
  if (!accessTokens) return { name: nameByKey(request, settings), roles: null };
  const [, token] = /^Bearer +([^\s,]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) throw tokenMissing();
  const read = await accessTokens(token, now());
  if (read.refused !== undefined) {
    throw new RequestError('TokenRefused', `Cannot accept the access token: ${read.refused}.`);
  }
  return { name: read.subject, roles: read.roles };
}

/** Refuses a caller whose token has none of the roles that open a route. Throws `RoleMissing`. */
export function refuseStrangers(access: Access, { params: { tenantId } }: HttpRequest, caller: Caller | null): void {
  if (!caller?.roles || holdsRole(caller.roles, rolesFor(access), tenantId)) return;
  throw roleMissing(rolesFor(access), tenantId);
}

/**
 * Names the function key of a request. The platform has checked the key, and does not tell Node.js its name; so a caller
 * is named by eight hexadecimal digits that follow from the key, and from which the key does not follow.
 */
function nameByKey({ headers, query }: HttpRequest, { linkKeys }: Services['settings']): string {
  const key = headers.get('x-functions-key') ?? query.get('code');
  // On a development machine no key is asked for.
  if (!key) return 'unidentified';
  const digest = createHmac('sha256', deriveKey(linkKeys[0], 'caller')).update(key).digest('hex');
  return `key:${digest.slice(0, 8)}`;
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
