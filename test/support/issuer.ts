import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

const minuteMs = 60_000;

/** The Microsoft Entra tenant of the issuer, and the API that its tokens are for. */
export const entraTenantId = '5d1f0f1c-8a37-4a53-9a7d-5b7d2a0c9b11';
export const audience = '0b6f1c39-1f2e-4b1e-8f0b-9c6d3a5e7f22';

/** What a token says, if it is to differ from a good one. */
export type Said = {
  readonly roles?: unknown;
  readonly aud?: string;
  readonly iss?: string;
  readonly tid?: string;
  readonly sub?: string;
  readonly expiresInMs?: number;
  readonly notBeforeInMs?: number;
};

/** An issuer of access tokens, as Microsoft Entra is one: it signs with RSA, and publishes its keys over HTTP. */
export type Issuer = {
  readonly url: string;
  /** Signs a token; with the key that is published, unless it says otherwise. */
  readonly sign: (said?: Said, by?: 'publishedKey' | 'anotherKeyOfThatName' | 'unknownKey') => Promise<string>;
  /** A token of the same claims without a signature, `alg` none. */
  readonly signNot: (said?: Said) => string;
  /** The public key, as text: what a service must never take for a shared secret. */
  readonly publicKey: string;
  /** How often the keys were requested. */
  readonly asked: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts an issuer on a free port, with keys of its own. */
export async function startIssuer(): Promise<Issuer> {
  let asked = 0;
  const key = await newKey('first');
  const other = await newKey('first');
  const unknown = await newKey('unknown');
  const server = createServer((request, response) => {
    if (request.url !== `/${entraTenantId}/discovery/v2.0/keys`) return void response.writeHead(404).end();
    asked++;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: [key.published] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    sign: (said = {}, by = 'publishedKey') => {
      const signer = { publishedKey: key, anotherKeyOfThatName: other, unknownKey: unknown }[by];
      return new SignJWT(claimsOf(said, url))
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signer.published.kid })
        .sign(signer.privateKey);
    },
    signNot: (said = {}) => new UnsecuredJWT(claimsOf(said, url)).encode(),
    publicKey: JSON.stringify(key.published),
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, published: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

function claimsOf({ expiresInMs = 5 * minuteMs, notBeforeInMs = -minuteMs, ...said }: Said, url: string) {
  const seconds = (inMs: number): number => Math.floor((Date.now() + inMs) / 1000);
  return {
    iss: `${url}/${entraTenantId}/v2.0`,
    aud: audience,
    tid: entraTenantId,
    ver: '2.0',
    sub: 'the subject',
    roles: ['Exports.Write', 'Errors.Read', 'Tenants.Manage'],
    ...said,
    nbf: seconds(notBeforeInMs),
    exp: seconds(expiresInMs),
  };
}
