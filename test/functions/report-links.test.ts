import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { makeReportLink, openReportLink } from '../../shared/use-cases/report-links/make-report-link.ts';
import { sweepAll } from '../../shared/use-cases/sweep/sweep-all.ts';
import type { Services } from '../../shared/services.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { readLinks } from '../../shared/store/report-links.ts';
import { isUnavailable } from '../../shared/store/table.ts';
import { eventually } from '../local/processes.ts';
import { audience, entraTenantId, startIssuer } from '../support/issuer.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';
import { newTenant, register, servicesHere, servicesWithoutRetries, settings } from '../support/storage.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';

let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService({ REPORT_LINK_KEY: settings.REPORT_LINK_KEY });
});
afterAll(() => service.stop());

type Registered = Awaited<ReturnType<typeof registerTenant>>;
type Made = { readonly linkId: string; readonly url: string; readonly expiresAt: string };

const make = async ({ url }: Pick<Registered, 'url'>): Promise<Made> =>
  (await send(`${url}/reportLink`, { method: 'POST' })).body as Made;
const open = async ({ url }: Pick<Made, 'url'>): Promise<Answer> =>
  send(`${service.url}/api/report${new URL(url).search}`);
const del = ({ url }: Registered, path = ''): Promise<Answer> =>
  send(`${url}/reportLinks${path}`, { method: 'DELETE' });

describe('GET /api/tenants/{tenantId}/reportLinks', () => {
  it('lists the links that are out, who made each, and not what opens them', async () => {
    const tenant = await registerTenant(service);
    const [one, other] = [await make(tenant), await make(tenant)];
    const { url: ofMail } = await makeReportLink(servicesHere(), tenant.registrationId, 'mail');
    const { status, body } = await tenant.get('/reportLinks');
    expect(status).toBe(200);
    const links = body.value as { linkId: string; madeBy: string; expiresAt: string }[];
    expect(links).toHaveLength(3);
    expect(links.map(({ madeBy }) => madeBy).sort()).toEqual(['mail', 'unidentified', 'unidentified']);
    expect(links).toContainEqual(expect.objectContaining({ linkId: one.linkId, expiresAt: one.expiresAt }));
    for (const { url } of [one, other, { url: ofMail }]) {
      const [, , signature = ''] = (new URL(url).searchParams.get('token') ?? '').split('.');
      expect(signature).not.toBe('');
      expect(JSON.stringify(body)).not.toContain(signature);
    }
  });

  it('comes in pages', async () => {
    const tenant = await registerTenant(service);
    const made = [await make(tenant), await make(tenant), await make(tenant)];
    const first = await tenant.get('/reportLinks?pageSize=2');
    const second = await send(first.body.nextLink as string);
    const ids = [...first.body.value, ...second.body.value].map(({ linkId }: { linkId: string }) => linkId);
    expect(ids.sort()).toEqual(made.map(({ linkId }) => linkId).sort());
    expect(second.body).not.toHaveProperty('nextLink');
  });
});

describe('DELETE /api/tenants/{tenantId}/reportLinks/{linkId}', () => {
  it('voids this link and no other', async () => {
    const tenant = await registerTenant(service, { displayName: 'Secret Tenant' });
    const [one, other] = [await make(tenant), await make(tenant)];
    expect((await open(one)).status).toBe(200);
    expect(await del(tenant, `/${one.linkId}`)).toMatchObject({ status: 200, body: { voided: 1 } });
    const { status, body } = await open(one);
    expect(status).toBe(401);
    expect(body).toContain('<h1>This link no longer opens the report</h1>');
    expect(body).not.toContain('Secret Tenant');
    expect((await open(other)).status).toBe(200);
    expect((await tenant.get('/reportLinks')).body.value).toHaveLength(1);
  });

  it.each(['nonsense', '00000000-0000-4000-8000-000000000000', 'a%2Fb', '%27%20or%20true', '..%2F..'])(
    'is 404 for %s, which is no link',
    async (linkId) => {
      const { status, body } = await del(await registerTenant(service), `/${linkId}`);
      expect([status, body.type]).toEqual([404, 'urn:duplicate-attribute-resiliency:LinkNotFound']);
    },
  );

  it('is 404 for a link that is voided already, and for that of another tenant, which it leaves', async () => {
    const [tenant, other] = [await registerTenant(service), await registerTenant(service)];
    const [link, foreign] = [await make(tenant), await make(other)];
    expect((await del(tenant, `/${link.linkId}`)).status).toBe(200);
    expect((await del(tenant, `/${link.linkId}`)).status).toBe(404);
    expect((await del(tenant, `/${foreign.linkId}`)).status).toBe(404);
    expect((await open(foreign)).status).toBe(200);
  });
});

describe('DELETE /api/tenants/{tenantId}/reportLinks', () => {
  it('voids all links of the tenant, those in mails included, and those of no other', async () => {
    const [tenant, other] = [await registerTenant(service), await registerTenant(service)];
    const links = [
      await make(tenant),
      await make(tenant),
      await makeReportLink(servicesHere(), tenant.registrationId, 'mail'),
    ];
    const foreign = await make(other);
    expect(await del(tenant)).toMatchObject({ status: 200, body: { voided: 3 } });
    for (const link of links) expect((await open(link)).status).toBe(401);
    expect((await open(foreign)).status).toBe(200);
    expect(await del(tenant)).toMatchObject({ status: 200, body: { voided: 0 } });
    expect((await open(await make(tenant))).status).toBe(200);
  });

  it('is not needed once a tenant is deleted: nothing is left of its links', async () => {
    const tenant = await registerTenant(service);
    const link = await make(tenant);
    await send(`${tenant.url}?confirm=${tenant.tenantId}`, { method: 'DELETE' });
    await tenant.put({ initialDomain: 'contoso.onmicrosoft.com', recipients: [] });
    expect((await open(link)).status).toBe(401);
    expect((await tenant.get('/reportLinks')).body.value).toEqual([]);
    const table = await servicesHere().storage.tenants();
    const page = { now: new Date(), after: undefined, pageSize: 10 };
    expect((await readLinks(table, tenant.registrationId, page)).links).toEqual([]);
  });
});

describe('who may list and void links', () => {
  it('is decided by the roles, and each link says whose token requested it', async () => {
    const issuer = await startIssuer();
    const host = await startService({
      ENTRA_TENANT_ID: entraTenantId,
      API_AUDIENCE: audience,
      ENTRA_AUTHORITY_HOST: issuer.url,
    });
    const path = `${host.url}/api/tenants/links-${Date.now()}`;
    const by = async (role: string, method: string, target: string, body?: unknown): Promise<Answer> => {
      const token = await issuer.sign({ roles: [role], sub: `the subject of ${role}` });
      return send(target, { method, body, headers: { Authorization: `Bearer ${token}` } });
    };
    try {
      await by('Tenants.Manage', 'PUT', path, { initialDomain: 'contoso.onmicrosoft.com', recipients: [] });
      const { linkId } = (await by('Errors.Read', 'POST', `${path}/reportLink`)).body as Made;
      const { body } = await by('Errors.Read', 'GET', `${path}/reportLinks`);
      expect(body.value).toMatchObject([{ linkId, madeBy: 'the subject of Errors.Read' }]);
      for (const role of ['Errors.Read', 'Exports.Write', 'Tenants.Manage/other']) {
        expect.soft((await by(role, 'DELETE', `${path}/reportLinks/${linkId}`)).status, role).toBe(403);
        expect.soft((await by(role, 'DELETE', `${path}/reportLinks`)).status, role).toBe(403);
      }
      expect((await by('Exports.Write', 'GET', `${path}/reportLinks`)).status).toBe(403);
      expect((await by('Tenants.Manage', 'GET', `${path}/reportLinks`)).status).toBe(403);
      expect((await by('Tenants.Manage', 'DELETE', `${path}/reportLinks/${linkId}`)).status).toBe(200);
    } finally {
      await host.stop();
      await issuer.stop();
    }
  });

  it('is named by digits that follow from the function key, the same for the same key', async () => {
    const keys = { LOCAL_FUNCTION_KEY: 'of-the-functions', LOCAL_MASTER_KEY: 'of-the-host' };
    const host = await startService({ FUNCTION_KEYS_ENFORCED: 'true', ...keys });
    const path = `${host.url}/api/tenants/keyed-${Date.now()}`;
    const by = (key: string, method: string, target: string, body?: unknown): Promise<Answer> =>
      send(target, { method, body, headers: { 'x-functions-key': key } });
    try {
      await by('of-the-host', 'PUT', path, { initialDomain: 'contoso.onmicrosoft.com', recipients: [] });
      for (const key of ['of-the-functions', 'of-the-functions', 'of-the-host']) {
        await by(key, 'POST', `${path}/reportLink`);
      }
      await send(`${path}/reportLink?code=of-the-functions`, { method: 'POST' });
      const links = (await by('of-the-functions', 'GET', `${path}/reportLinks`)).body.value as { madeBy: string }[];
      const times = new Map<string, number>();
      for (const { madeBy } of links) times.set(madeBy, (times.get(madeBy) ?? 0) + 1);
      expect([...times.keys()].every((name) => /^key:[0-9a-f]{8}$/.test(name))).toBe(true);
      expect([...times.values()].sort()).toEqual([1, 3]);
      expect((await by('of-the-functions', 'DELETE', `${path}/reportLinks`)).status).toBe(401);
      expect((await by('of-the-host', 'DELETE', `${path}/reportLinks`)).body).toEqual({ voided: 4 });
    } finally {
      await host.stop();
    }
  });
});

describe('openReportLink', () => {
  const registered = (services: Services): Promise<Tenant> => register(services, newTenant());

  it('opens nothing while the storage does not answer, whichever row it fails for', async () => {
    const proxy = await startFaultyProxy();
    try {
      const services = servicesWithoutRetries(proxy.connectionString);
      const { tenantId, registrationId } = await registered(services);
      const { url } = await makeReportLink(services, registrationId, 'mail');
      const token = new URL(url).searchParams.get('token') ?? '';
      for (const fault of ['cut', 'error'] as const) {
        for (const failing of [1, 2]) {
          proxy.failWhere((number) => (number === failing ? fault : 'pass'));
          const error: unknown = await openReportLink(services, token).catch((thrown: unknown) => thrown);
          expect(isUnavailable(error), `${fault} ${failing}`).toBe(true);
          // The other request must not arrive later, and be counted there.
          await eventually('both rows are requested', () => proxy.seen() === 2);
        }
      }
      proxy.failWhere(() => 'pass');
      expect(await openReportLink(services, token)).toMatchObject({ tenant: { tenantId } });
      // The row of the tenant and that of the link, side by side.
      expect(proxy.seen()).toBe(2);
    } finally {
      await proxy.stop();
    }
  });

  it('finds the link whose write lost its answer and was sent again', async () => {
    const proxy = await startFaultyProxy();
    try {
      const services = servicesHere(proxy.connectionString);
      const { tenantId, registrationId } = await registered(services);
      proxy.failWhere((number) => (number === 1 ? 'loseAnswer' : 'pass'), 'writes');
      const { url } = await makeReportLink(services, registrationId, 'mail');
      expect(proxy.seen()).toBe(2);
      const token = new URL(url).searchParams.get('token') ?? '';
      expect(await openReportLink(services, token)).toMatchObject({ tenant: { tenantId } });
    } finally {
      await proxy.stop();
    }
  });
});

describe('the sweep', () => {
  it('removes links that have expired, with the first run of a day', async () => {
    const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
    try {
      const services = servicesHere(azurite.connectionString);
      const { registrationId } = await register(services, newTenant());
      const nineDaysAgo = { ...services, now: () => new Date(Date.now() - 9 * 86_400_000) };
      for (let number = 0; number < 120; number++) await makeReportLink(nineDaysAgo, registrationId, 'mail');
      const { linkId } = await makeReportLink(services, registrationId, 'mail');
      const table = await services.storage.tenants();
      const all = { now: new Date(0), after: undefined, pageSize: 1000 };
      expect((await readLinks(table, registrationId, all)).links).toHaveLength(121);
      // Until they are removed, they are not listed either.
      expect((await readLinks(table, registrationId, { ...all, now: new Date() })).links).toHaveLength(1);
      const silent = (): void => undefined;
      const log = {
        swept: silent,
        renewed: silent,
        removed: silent,
        counted: silent,
        deleted: silent,
        failed: silent,
        ended: silent,
      };
      await sweepAll(services, log);
      expect((await readLinks(table, registrationId, all)).links).toMatchObject([{ linkId, madeBy: 'mail' }]);
    } finally {
      await azurite.stop();
    }
  });
});
