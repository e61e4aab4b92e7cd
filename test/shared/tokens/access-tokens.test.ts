import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessTokens, openAccessTokens } from '../../../shared/tokens/access-tokens.ts';
import { IssuerUnavailable } from '../../../shared/tokens/issuer-unavailable.ts';
import { audience, entraTenantId, type Issuer, type Said, startIssuer } from '../../support/issuer.ts';

let issuer: Issuer;
let read: AccessTokens;

beforeAll(async () => {
  issuer = await startIssuer();
  read = openAccessTokens({ authorityHost: issuer.url, entraTenantId, audience });
});
afterAll(() => issuer.stop());

const reasonFor = async (token: string): Promise<string | undefined> => (await read(token, new Date())).refused;

describe('openAccessTokens()', () => {
  it('sends no request before the first token, and reads the keys once for many', async () => {
    const own = await startIssuer();
    const readOwn = openAccessTokens({ authorityHost: own.url, entraTenantId, audience });
    expect(own.asked()).toBe(0);
    for (let n = 0; n < 3; n++) await readOwn(await own.sign(), new Date());
    expect(own.asked()).toBe(1);
    await own.stop();
  });

  it('returns the subject and the roles of a valid token', async () => {
    const token = await issuer.sign({ sub: 'joe', roles: ['Errors.Read', 'Exports.Write/contoso'] });
    expect(await read(token, new Date())).toEqual({ subject: 'joe', roles: ['Errors.Read', 'Exports.Write/contoso'] });
  });

  it.each([[undefined], ['Errors.Read'], [{ 0: 'Errors.Read' }], [[7, null]]])(
    'returns no roles for the claim %j',
    async (roles) => {
      expect(await read(await issuer.sign({ roles }), new Date())).toMatchObject({ roles: [] });
    },
  );

  it.each<[string, Said, string | undefined]>([
    ['expired within the tolerance of clocks', { expiresInMs: -50_000 }, undefined],
    ['expired before it', { expiresInMs: -70_000 }, 'it has expired'],
    ['begins within the tolerance of clocks', { notBeforeInMs: 50_000 }, undefined],
    ['begins after it', { notBeforeInMs: 70_000 }, 'it is not valid yet'],
    ['is for another audience', { aud: 'another' }, `its audience is not "${audience}"`],
    ['is of another Entra tenant', { tid: 'another' }, `its "tid" is not "${entraTenantId}"`],
  ])('of a token that %2$s refuses it as %3$s', async (_, said, refused) => {
    expect(await reasonFor(await issuer.sign(said))).toBe(refused);
  });

  it('names the expected issuer, and the usual reason for another one', async () => {
    const token = await issuer.sign({ iss: `https://sts.windows.net/${entraTenantId}/` });
    expect(await reasonFor(token)).toBe(
      `its issuer is not "${issuer.url}/${entraTenantId}/v2.0" (set requestedAccessTokenVersion to 2)`,
    );
  });

  it('refuses a signature by another key with the same name, and by an unknown key', async () => {
    expect(await reasonFor(await issuer.sign({}, 'anotherKeyOfThatName'))).toBe('its signature is invalid');
    expect(await reasonFor(await issuer.sign({}, 'unknownKey'))).toMatch(/^it is not signed with a key of/);
  });

  it('refuses a token without a signature, and one that is signed with the public key as a shared secret', async () => {
    expect(await reasonFor(issuer.signNot())).toBeDefined();
    const secret = new TextEncoder().encode(issuer.publicKey);
    const forged = await new SignJWT({ tid: entraTenantId })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .setIssuer(`${issuer.url}/${entraTenantId}/v2.0`)
      .setAudience(audience)
      .setExpirationTime('5m')
      .sign(secret);
    expect(await reasonFor(forged)).toBe('it is not signed with RS256');
  });

  it.each(['', 'joe', 'a.b.c', `${'x'.repeat(10_000)}.y.z`])('refuses "%s", which is no token', async (token) => {
    expect(await reasonFor(token)).toBe('it is not a signed token (JWS)');
  });

  it('throws if the keys cannot be read: it is unknown whether the token is valid', async () => {
    const gone = await startIssuer();
    const token = await gone.sign();
    await gone.stop();
    const readGone = openAccessTokens({ authorityHost: gone.url, entraTenantId, audience });
    await expect(readGone(token, new Date())).rejects.toThrow(IssuerUnavailable);
  });
});
