/**
 * Access tokens of Microsoft Entra: who signed one, for whom, and whether it is good now.
 *
 * Only v2.0 tokens are taken, of one Entra tenant and for one audience, signed with RS256 by a key that the tenant
 * publishes. What a token does not prove is not believed: no header that names a caller is looked at.
 */
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { EntraSettings } from '../settings.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';

/** A token read: its bearer and the bearer's roles, or why it is not accepted. */
export type ReadAccessToken =
  | { readonly subject: string; readonly roles: readonly string[]; readonly refused?: undefined }
  | { readonly refused: string };

/** Reads the token of an `Authorization` header. Throws {@link IssuerUnavailable} where the keys cannot be had. */
export type AccessTokens = (token: string, now: Date) => Promise<ReadAccessToken>;

/** Entra asks to read its keys anew at least daily; a key that is not known is asked for at once. */
const keysAreGoodForMs = 24 * 3_600_000;
const clockToleranceSeconds = 60;

/** Makes the reader of access tokens. Nothing goes over the wire before the first token. */
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

/** Reads the keys when they are first needed. A failure to read them is told apart from a key that is not among them. */
function keysAt(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { cacheMaxAge: keysAreGoodForMs });
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

/** Says what is wrong with a token; of the token itself nothing but what its claims claim to be about. */
function reasonOf(error: errors.JOSEError, { issuer, audience }: { issuer: string; audience: string }): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return `its issuer is not "${issuer}" (set requestedAccessTokenVersion to 2)`;
    if (error.claim === 'aud') return `its audience is not "${audience}"`;
    if (error.claim === 'nbf') return 'it is not good yet';
    return `its claim "${error.claim}" is missing or not as it should be`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is not signed with RS256';
  if (error instanceof errors.JWKSNoMatchingKey) return `no key of "${issuer}" has signed it`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is no signed token (JWS)';
}
