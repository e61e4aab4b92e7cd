/**
 * Signed tokens of links: only this service can make or change one.
 *
 * The library is loaded for the first token, not at the start.
 */
import type { RegistrationId } from '../tenant-id.ts';

/** The only purpose for which a token is valid. */
type TokenPurpose = 'report';

/** The keys of tokens: the first one signs, and all of them verify, so that keys can be rotated. */
export type TokenKeys = readonly [Uint8Array, ...Uint8Array[]];

/** A token is bound to one registration of a tenant, a purpose, an id and an expiry. */
type TokenBinding = {
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

/** A valid token, or the reason why it is refused. An earlier version signed tokens without an id. */
type ReadToken =
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
      // Only a token that was signed with one of our keys is called expired.
      if (error instanceof errors.JWTExpired) refused = 'expired';
    }
  }
  return { refused };
}
