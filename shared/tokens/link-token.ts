import type { RegistrationId } from '../tenant-id.ts';
/**
 * Signed tokens: what a link carries so that nobody can make one, or change one, but this service.
 *
 * Their library is loaded with the first of them, so that a start does without.
 */

/** What a token is for: it is good for nothing else. */
export type TokenPurpose = 'report';

/** The keys of the tokens: the first signs, each of them verifies, so that keys can be rotated. */
export type TokenKeys = readonly [Uint8Array, ...Uint8Array[]];

/** What a token is bound to: one registration of a tenant, one purpose, an id of its own, and an end. */
export type TokenBinding = {
  readonly registrationId: RegistrationId;
  readonly purpose: TokenPurpose;
  readonly tokenId: string;
  readonly expiresAt: Date;
};

const issuer = 'duplicate-attribute-resiliency';

/** Signs a token (a JWT with HMAC-SHA256, RFC 7519). */
export async function signLinkToken(
  keys: TokenKeys,
  { registrationId, purpose, tokenId, expiresAt }: TokenBinding,
): Promise<string> {
  const { SignJWT } = await import('jose');
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(purpose)
    .setSubject(registrationId)
    .setJti(tokenId)
    .setExpirationTime(expiresAt)
    .sign(keys[0]);
}

/** A token that was read, or why it is not accepted. An earlier version signed tokens without an id. */
export type ReadToken =
  | { readonly registrationId: RegistrationId; readonly tokenId: string | undefined; readonly refused?: undefined }
  | { readonly refused: 'expired' | 'invalid' };

/** Verifies a token for a purpose, at a time. */
export async function readLinkToken(
  keys: TokenKeys,
  token: string,
  { purpose, now }: { purpose: TokenPurpose; now: Date },
): Promise<ReadToken> {
  const { errors, jwtVerify } = await import('jose');
  let refused: 'expired' | 'invalid' = 'invalid';
  for (const key of keys) {
    try {
      const options = {
        issuer,
        audience: purpose,
        algorithms: ['HS256'],
        requiredClaims: ['exp', 'sub'],
        currentDate: now,
      };
      const { payload } = await jwtVerify(token, key, options);
      if (payload.sub !== undefined) return { registrationId: payload.sub as RegistrationId, tokenId: payload.jti };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      // Only what was signed with one of our keys is told that it has expired.
      if (error instanceof errors.JWTExpired) refused = 'expired';
    }
  }
  return { refused };
}
