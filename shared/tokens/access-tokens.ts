/**
 * Verifies access tokens of Microsoft Entra.
 *
 * Only v2.0 tokens are accepted, of one Entra tenant and for one audience, signed with RS256 by a key that the tenant
 * publishes. The caller is known only by the token: headers that name a caller are ignored.
 */
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { EntraSettings } from '../settings.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';

/** The bearer of a valid token with its roles, or the reason why the token is refused. */
type ReadAccessToken =
  | { readonly subject: string; readonly roles: readonly string[]; readonly refused?: undefined }
  | { readonly refused: string };

/** Reads the token of an `Authorization` header. Throws {@link IssuerUnavailable} if the keys cannot be read. */
export type AccessTokens = (token: string, now: Date) => Promise<ReadAccessToken>;

/** Entra requires reading its keys at least daily. An unknown key has them read again at once. */
const keysAreValidForMs = 24 * 3_600_000;
const clockToleranceSeconds = 60;

/** Returns the reader of access tokens. It sends no request before the first token. */
export function openAccessTokens({ authorityHost, entraTenantId, audience }: EntraSettings): AccessTokens {
  const issuer = `${authorityHost}/${entraTenantId}/v2.0`;
  const keyOf = keysAt(new URL(`${authorityHost}/${entraTenantId}/discovery/v2.0/keys`));
  return async (token, now) => {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now,
      });
      if (payload.tid !== entraTenantId) return { refused: `its "tid" is not "${entraTenantId}"` };
      return { subject: payload.sub ?? 'unknown', roles: rolesIn(payload) };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return { refused: reasonOf(error, { issuer, audience }) };
    }
  };
}

/** Reads the keys when they are first needed. A failure to read them is not the same as a token without a matching key. */
function keysAt(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { cacheMaxAge: keysAreValidForMs });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const isAboutToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (isAboutToken) throw error;
      throw new IssuerUnavailable(url, error);
    }
  };
}

function rolesIn({ roles }: JWTPayload): readonly string[] {
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
}

/** Returns the reason for refusing a token. It quotes nothing from the token except the name of a claim. */
function reasonOf(error: errors.JOSEError, { issuer, audience }: { issuer: string; audience: string }): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return `its issuer is not "${issuer}" (set requestedAccessTokenVersion to 2)`;
    if (error.claim === 'aud') return `its audience is not "${audience}"`;
    if (error.claim === 'nbf') return 'it is not valid yet';
    return `its claim "${error.claim}" is missing or invalid`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is not signed with RS256';
  if (error instanceof errors.JWKSNoMatchingKey) return `it is not signed with a key of "${issuer}"`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is invalid';
  return 'it is not a signed token (JWS)';
}
