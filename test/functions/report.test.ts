import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { makeReportLink } from '../../shared/use-cases/report-links/make-report-link.ts';
import type { Services } from '../../shared/services.ts';
import { group, user } from '../shared/directory/fixtures.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { registrationIdOf } from '../../shared/tenant-id.ts';
import { servicesHere, settings } from '../support/storage.ts';

let service: RunningFunctionsHost;
const alias = 'smtp:x@contoso.com';
const services = servicesHere();

beforeAll(async () => {
  service = await startService({ REPORT_LINK_KEY: settings.REPORT_LINK_KEY });
});
afterAll(() => service.stop());

type Tenant = Awaited<ReturnType<typeof registerTenant>>;

async function tokenFor({ registrationId }: Pick<Tenant, 'registrationId'>, by: Services = services): Promise<string> {
  const { url } = await makeReportLink(by, registrationId, 'test');
  return new URL(url).searchParams.get('token') ?? '';
}

/** A token that the key of the service has signed, of claims that the service does not write. */
function signedBefore(claims: Readonly<Record<string, unknown>>): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  return new SignJWT({ iss: 'duplicate-attribute-resiliency', exp, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(services.settings.linkKeys[0]);
}

const open = (token: string, rest = '') => send(`${service.url}/api/report?token=${token}${rest}`);

async function tenantWithConflict(): Promise<Tenant> {
  const tenant = await registerTenant(service, { displayName: 'Secret Tenant' });
  await tenant.export([group('a', alias), group('b', alias)]);
  return tenant;
}

describe('GET /api/report', () => {
  it('opens with a link that the service made, as a page that may do nothing but show itself', async () => {
    const tenant = await tenantWithConflict();
    const { body } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
    const answer = await send(`${service.url}/api/report${new URL(body.url as string).search}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Secret Tenant');
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const policy = headers['content-security-policy'] ?? '';
    const nonce = /script-src 'nonce-([\w-]{20,})'/.exec(policy)?.[1] ?? '';
    expect(policy).toBe(
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect((answer.body as string).match(/ nonce="[^"]+"/g)).toEqual([` nonce="${nonce}"`, ` nonce="${nonce}"`]);
    expect(answer.body).not.toMatch(/ style="| on\w+="/);
    const again = await send(`${service.url}/api/report${new URL(body.url as string).search}`);
    expect(again.headers.get('content-security-policy')).not.toBe(policy);
  });

  it.each([
    ['missing', () => Promise.resolve(''), 'This address needs a link'],
    ['no token', () => Promise.resolve('nonsense'), 'This link is not valid'],
    [
      'changed',
      async (tenant: Tenant) => {
        const [head, , signature] = (await tokenFor(tenant)).split('.');
        const [, body] = (await tokenFor({ registrationId: registrationIdOf('other', 2) })).split('.');
        return `${head}.${body}.${signature}`;
      },
      'This link is not valid',
    ],
    [
      'of another service',
      (tenant: Tenant) => {
        const linkKeys = [new TextEncoder().encode('another key, which has 32 bytes or more')] as const;
        return tokenFor(tenant, { ...services, settings: { ...services.settings, linkKeys } });
      },
      'This link is not valid',
    ],
    [
      'for another purpose',
      ({ registrationId }: Tenant) => signedBefore({ sub: registrationId, aud: 'page', jti: randomUUID() }),
      'This link is not valid',
    ],
    [
      'never recorded',
      ({ registrationId }: Tenant) => signedBefore({ sub: registrationId, aud: 'report', jti: randomUUID() }),
      'This link no longer opens the report',
    ],
    [
      'of the version before, which recorded none',
      ({ registrationId }: Tenant) => signedBefore({ sub: registrationId, aud: 'report' }),
      'This link no longer opens the report',
    ],
    [
      'without an end',
      ({ registrationId }: Tenant) => signedBefore({ sub: registrationId, aud: 'report', exp: undefined }),
      'This link is not valid',
    ],
    [
      'of a tenant that is not there',
      () => tokenFor({ registrationId: registrationIdOf('nowhere', 1) }),
      'This link is not valid',
    ],
    [
      'expired',
      (tenant: Tenant) => tokenFor(tenant, { ...services, now: () => new Date(Date.now() - 8 * 86_400_000 - 2_000) }),
      'This link has expired',
    ],
  ])('refuses a token that is %s, and says nothing of the tenant', async (_, makeToken, title) => {
    const tenant = await tenantWithConflict();
    const { status, body, headers } = await open(await makeToken(tenant));
    expect(status).toBe(401);
    expect(body).toContain(`<h1>${title}</h1>`);
    for (const secret of ['Secret Tenant', tenant.tenantId, 'contoso', alias]) expect(body).not.toContain(secret);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('takes links of the previous key while keys are changed, and makes new ones with the new', async () => {
    const host = await startService({
      REPORT_LINK_KEY: 'the new key, which also has 32 bytes or more',
      REPORT_LINK_KEY_PREVIOUS: settings.REPORT_LINK_KEY,
    });
    try {
      const tenant = await registerTenant(host);
      const old = await tokenFor(tenant);
      expect((await send(`${host.url}/api/report?token=${old}`)).status).toBe(200);
      const { body } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
      const { search } = new URL(body.url as string);
      expect((await send(`${host.url}/api/report${search}`)).status).toBe(200);
      expect((await send(`${service.url}/api/report${search}`)).status).toBe(401);
    } finally {
      await host.stop();
    }
  });

  it('shows nothing of another tenant', async () => {
    const other = await tenantWithConflict();
    await other.export([group('other', 'smtp:other@contoso.com'), group('other2', 'smtp:other@contoso.com')]);
    const token = await tokenFor(await tenantWithConflict());
    expect((await open(token)).body).not.toContain('other@contoso.com');
    const conflict = '&conflictProperty=ProxyAddresses&conflictValue=smtp:other@contoso.com&sourceAnchor=other2';
    expect((await open(token, conflict)).status).toBe(404);
  });

  it('shows a settled conflict, and of the holder that is in none nothing', async () => {
    const tenant = await tenantWithConflict();
    await tenant.export([group('b'), { operation: 'delete', sourceAnchor: 'a' }]);
    await tenant.export([user('new', { displayName: 'Uninvolved', proxyAddresses: [alias] })]);
    const conflict = '&conflictProperty=ProxyAddresses&conflictValue=smtp:x@contoso.com&sourceAnchor=b';
    const { status, body } = await open(await tokenFor(tenant), conflict);
    expect(status).toBe(200);
    expect(body).toContain('no longer desires the value');
    expect(body).toContain('Group b');
    expect(body).not.toContain('Uninvolved');
    expect(body).not.toContain('Nobody');
  });

  it('answers about a value that never waited on the object exactly as about one that no object has', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([user('a', { proxyAddresses: [alias] }), user('b')]);
    const token = await tokenFor(tenant);
    const ask = async (property: string, value: string, anchor: string) => {
      const query = new URLSearchParams({ conflictProperty: property, conflictValue: value, sourceAnchor: anchor });
      const { status, body } = await open(token, `&${query.toString()}`);
      return { status, body: (body as string).replace(/nonce="[^"]+"/g, '') };
    };
    const nothing = await ask('ProxyAddresses', 'smtp:nobody@contoso.com', 'nobody');
    expect(nothing.status).toBe(404);
    for (const anchor of ['a', 'b', 'nobody']) {
      expect(await ask('ProxyAddresses', alias, anchor)).toEqual(nothing);
      expect(await ask('UserPrincipalName', 'a@contoso.com', anchor)).toEqual(nothing);
    }
  });

  it.each([
    ['a filter', '&property=Mail'],
    ['a page size', '&pageSize=26'],
    ['a position', `&after=${Buffer.from('["object|a",0,null]').toString('base64url')}`],
    ['a position that is no JSON', '&after=AAAA'],
    ['a position of failures', `&view=failures&after=${Buffer.from('["error|a"]').toString('base64url')}`],
  ])('refuses %s that cannot be one with a page', async (_, parameters) => {
    const { status, body, headers } = await open(await tokenFor(await tenantWithConflict()), parameters);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('text/html');
    expect(body).toContain('Cannot accept the parameter');
  });

  it('lets parameters pass that are not its own, and empty ones', async () => {
    const token = await tokenFor(await tenantWithConflict());
    expect((await open(token, '&utm_source=mail&search=&property=')).status).toBe(200);
  });

  it('gives all errors as CSV', async () => {
    const { status, headers, body } = await open(await tokenFor(await tenantWithConflict()), '&format=csv');
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('attachment');
    // The address of the file is the key, too.
    expect(Object.fromEntries(headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect((body as string).trim().split('\r\n')).toHaveLength(2);
  });

  it('is a page with 503 while the storage does not answer', async () => {
    const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
    const host = await startService({
      AzureWebJobsStorage: azurite.connectionString,
      REPORT_LINK_KEY: settings.REPORT_LINK_KEY,
    });
    try {
      const token = await tokenFor(await registerTenant(host));
      await azurite.stop();
      const { status, body, headers } = await send(`${host.url}/api/report?token=${token}`);
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('5');
      expect(body).toContain('<h1>The report cannot be read just now</h1>');
    } finally {
      await host.stop();
      await azurite.stop();
    }
  });
});

describe('GET /api/tenants/{tenantId}/failures', () => {
  it('gives in pages what failed, until it succeeds', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([user('a', { userPrincipalName: 'x' }), user('b', { userPrincipalName: 'y' })]);
    const first = await tenant.get('/failures?pageSize=1');
    expect(first.body.value).toMatchObject([
      { sourceAnchor: 'a', operation: 'add', code: 'IdentityDataValidationFailed', objectId: null },
    ]);
    const second = await send(first.body.nextLink as string);
    expect(second.body.value).toMatchObject([{ sourceAnchor: 'b' }]);
    expect(second.body).not.toHaveProperty('nextLink');
    await tenant.export([user('a'), user('b')]);
    expect((await tenant.get('/failures')).body).toEqual({ value: [] });
  });
});
