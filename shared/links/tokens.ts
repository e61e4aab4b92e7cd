/**
 * Signed tokens: what a link carries so that nobody can make one, or change one, but this service.
 *
 * Their library is loaded with the first of them, so that a start does without.
 */

/** What a token is for: it is good for nothing else. */
export type TokenPurpose = 'page' | 'report';

/** The keys of the tokens: the first signs, each of them verifies, so that keys can be rotated. */
export type TokenKeys = readonly [Uint8Array, ...Uint8Array[]];

/** What a token is bound to: one tenant, one purpose, and an end where it has one. */
export type TokenBinding = { readonly tenantId: string; readonly purpose: TokenPurpose; readonly expiresAt?: Date };

const issuer = 'duplicate-attribute-resiliency';

/** Signs claims into a token (a JWT with HMAC-SHA256). */
export async function signToken(
  keys: TokenKeys,
  { tenantId, purpose, expiresAt }: TokenBinding,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { SignJWT } = await import('jose');
  const token = new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(purpose)
    .setSubject(tenantId);
  return (expiresAt ? token.setExpirationTime(expiresAt) : token).sign(keys[0]);
}

/** A token read: its tenant and claims, or why it is not accepted. */
export type ReadToken =
  | { readonly tenantId: string; readonly claims: Readonly<Record<string, unknown>>; readonly refused?: undefined }
  | { readonly refused: 'expired' | 'invalid' };

/** Verifies a token for a purpose, at a time. */
export async function readToken(
  keys: TokenKeys,
  token: string,
  { purpose, now }: { purpose: TokenPurpose; now: Date },
): Promise<ReadToken> {
  const { errors, jwtVerify } = await import('jose');
  let refused: 'expired' | 'invalid' = 'invalid';
  for (const key of keys) {
    try {
      const options = { issuer, audience: purpose, algorithms: ['HS256'], currentDate: now };
      const { payload } = await jwtVerify(token, key, options);
      if (payload.sub !== undefined) return { tenantId: payload.sub, claims: payload };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      // Only what was signed with one of our keys is told that it has expired.
      if (error instanceof errors.JWTExpired) refused = 'expired';
    }
  }
  return { refused };
}
