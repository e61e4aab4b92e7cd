import { decodeJwt, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { registrationIdOf } from '../../../shared/tenant-id.ts';
import { readLinkToken, signLinkToken } from '../../../shared/tokens/link-token.ts';
import { monday, tuesday } from '../directory/fixtures.ts';

const keyOf = (text: string): Uint8Array => new TextEncoder().encode(text.padEnd(32, '.'));
const keys = [keyOf('the key')] as const;
const registrationId = registrationIdOf('contoso', 2);
const binding = { registrationId, purpose: 'report', tokenId: 'link', expiresAt: tuesday } as const;

const read = (token: string, now = monday, readKeys: Parameters<typeof readLinkToken>[0] = keys) =>
  readLinkToken(readKeys, token, { purpose: 'report', now });

/** Signs a token with claims that the service would not write. */
const sign = (claims: Readonly<Record<string, unknown>>, key = keys[0]) =>
  new SignJWT({ iss: 'duplicate-attribute-resiliency', aud: 'report', sub: 'contoso', exp: 4_000_000_000, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(key);

describe('readLinkToken()', () => {
  it('returns the registration and the id of a token that signLinkToken() made', async () => {
    const token = await signLinkToken(keys, binding);
    expect(await read(token)).toEqual({ registrationId, tokenId: 'link' });
    expect(decodeJwt(token)).not.toHaveProperty('displayName');
  });

  it.each([
    ['until the second before its expiry', -1_000, undefined],
    ['from the moment of its expiry', 0, 'expired'],
  ])('accepts a token %s', async (_, ms, refused) => {
    const result = await read(await signLinkToken(keys, binding), new Date(tuesday.getTime() + ms));
    expect(result.refused).toBe(refused);
  });

  it('accepts the previous key while keys are rotated', async () => {
    const token = await signLinkToken(keys, binding);
    expect(await read(token, monday, [keyOf('new'), ...keys])).toEqual({ registrationId, tokenId: 'link' });
    expect(await read(token, monday, [keyOf('new')])).toEqual({ refused: 'invalid' });
  });

  it('calls a token expired only if it was signed with one of the keys', async () => {
    const token = await signLinkToken([keyOf('another')], { ...binding, expiresAt: monday });
    expect(await read(token, tuesday)).toEqual({ refused: 'invalid' });
  });

  it('returns no id for a token of an earlier version', async () => {
    expect(await read(await sign({}))).toEqual({ registrationId: 'contoso', tokenId: undefined });
  });

  it.each([
    ['another purpose', { aud: 'page' }],
    ['another issuer', { iss: 'another' }],
    ['no registration', { sub: undefined }],
    ['no expiry', { exp: undefined }],
  ])('refuses a token with %s', async (_, claims) => {
    expect(await read(await sign(claims))).toEqual({ refused: 'invalid' });
  });

  it.each(['', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjb250b3NvIn0.'])('refuses "%s"', async (token) => {
    expect(await read(token)).toEqual({ refused: 'invalid' });
  });
});
