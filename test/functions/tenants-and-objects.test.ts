import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { contact, group, user } from '../shared/directory/fixtures.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { servicesHere } from '../support/storage.ts';

let service: RunningFunctionsHost;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: ['admin@contoso.com'] };
const put = (tenantId: string, body: unknown) =>
  send(`${service.url}/api/tenants/${tenantId}`, { method: 'PUT', body });

describe('PUT /api/tenants/{tenantId}', () => {
  it('registers a tenant with 201, and changes it with 200', async () => {
    const tenantId = `put-${Date.now()}`;
    expect((await put(tenantId, registration)).status).toBe(201);
    const { status, body } = await put(tenantId, { ...registration, displayName: 'Contoso', placeholderSeparator: '' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ tenantId, displayName: 'Contoso', placeholderSeparator: '' });
    expect((await send(`${service.url}/api/tenants/${tenantId}`)).body).toEqual(body);
  });

  it('keeps rows for 400 days unless it is given another number', async () => {
    const tenantId = `retention-${Date.now()}`;
    const kept = async (rest: object) =>
      (await put(tenantId, { ...registration, ...rest })).body.retentionDays as unknown;
    expect([await kept({}), await kept({ retentionDays: 30 })]).toEqual([400, 30]);
    expect((await send(`${service.url}/api/tenants/${tenantId}`)).body.retentionDays).toBe(30);
    expect([await kept({ retentionDays: 0 }), await kept({})]).toEqual([0, 400]);
    const table = await servicesHere().storage.tenants();
    const { retentionDays: _, ...old } = await table.getEntity('tenant', tenantId);
    await table.updateEntity({ ...old, partitionKey: 'tenant', rowKey: tenantId }, 'Replace');
    expect((await send(`${service.url}/api/tenants/${tenantId}`)).body.retentionDays).toBe(400);
  });

  it.each([
    ['an id with capitals', 'Contoso', registration],
    ['an id of 65 characters', 'a'.repeat(65), registration],
    ['no initial domain', 'ok', { recipients: [] }],
    ['an initial domain without a dot', 'ok', { ...registration, initialDomain: 'contoso' }],
    ['an initial domain of 49 characters', 'ok', { ...registration, initialDomain: `${'a'.repeat(45)}.com` }],
    ['a recipient that is no address', 'ok', { ...registration, recipients: ['admin'] }],
    ['another separator', 'ok', { ...registration, placeholderSeparator: '-' }],
    ['a retention of less than nothing', 'ok', { ...registration, retentionDays: -1 }],
    ['a retention of half a day', 'ok', { ...registration, retentionDays: 0.5 }],
    ['a retention of more than a hundred years', 'ok', { ...registration, retentionDays: 36_501 }],
    ['an unknown property', 'ok', { ...registration, mailhour: 8 }],
  ])('refuses %s with 400', async (_, tenantId, body) => {
    expect((await put(tenantId, body)).status).toBe(400);
  });
});

describe('GET /api/tenants', () => {
  it('lists the tenants in pages', async () => {
    const ids = ['list-a', 'list-b', 'list-c'].map((id) => `${id}-${Date.now()}`);
    for (const id of ids) await put(id, registration);
    const seen: string[] = [];
    let url: string | undefined = `${service.url}/api/tenants?pageSize=2`;
    while (url) {
      const { body } = await send(url);
      expect(body.value.length).toBeLessThanOrEqual(2);
      seen.push(...(body.value as { tenantId: string }[]).map(({ tenantId }) => tenantId));
      url = body.nextLink as string | undefined;
    }
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('GET /api/tenants/{tenantId}/objects/{sourceAnchor}', () => {
  it.each(['QF5HMK7n80qvdYsUPIHa9Q==', 'a/b//c+d=', 'with space', "quote's", '100%25'])(
    'finds the object with the source anchor %s',
    async (sourceAnchor) => {
      const tenant = await registerTenant(service);
      await tenant.export([group(sourceAnchor)]);
      const { status, body } = await tenant.object(sourceAnchor);
      expect(status).toBe(200);
      expect(body.sourceAnchor).toBe(sourceAnchor);
    },
  );

  it('finds it also where the platform has decoded the slash before it looked for the route', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a/b=')]);
    expect((await send(`${tenant.url}/objects/a/b=`)).body.sourceAnchor).toBe('a/b=');
  });

  it('shows both sides of a conflict, each with the other name', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([contact('left', 'smtp:X@contoso.com'), group('right', 'SMTP:x@contoso.com')]);
    const [left, right] = [(await tenant.object('left')).body, (await tenant.object('right')).body];
    expect(left.conflicts).toMatchObject([
      { propertyValue: 'smtp:X@contoso.com', waiting: [{ sourceAnchor: 'right' }] },
    ]);
    expect(left.conflicts[0].message).toContain('"Group right"');
    expect(right.dirSyncProvisioningErrors[0].message).toContain('"Contact left"');
    expect(right.dirSyncProvisioningErrors[0].message).not.toContain('"Group right"');
  });

  it('is 404 for another letter case, and for another tenant', async () => {
    const [tenant, other] = [await registerTenant(service), await registerTenant(service)];
    await tenant.export([group('abc')]);
    expect((await tenant.object('ABC')).status).toBe(404);
    expect((await other.object('abc')).status).toBe(404);
  });
});

describe('GET /api/tenants/{tenantId}/objects', () => {
  it('lists by type and by errors', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([user('u'), group('g', 'smtp:x@contoso.com'), contact('c', 'smtp:x@contoso.com')]);
    await tenant.export([{ operation: 'delete', sourceAnchor: 'u' }]);
    const anchors = async (query: string): Promise<string[]> =>
      ((await tenant.get(`/objects${query}`)).body.value as { sourceAnchor: string }[]).map((one) => one.sourceAnchor);
    expect(await anchors('')).toEqual(['c', 'g']);
    expect(await anchors('?objectType=Group')).toEqual(['g']);
    expect(await anchors('?hasErrors=true')).toEqual(['c']);
    expect(await anchors('?hasErrors=false')).toEqual(['g']);
  });

  it('gives every object once over its pages', async () => {
    const tenant = await registerTenant(service);
    await tenant.export(Array.from({ length: 25 }, (_, n) => group(`g${n}`)));
    const seen: string[] = [];
    let url: string | undefined = `${tenant.url}/objects?pageSize=10`;
    while (url) {
      const { body } = await send(url);
      seen.push(...(body.value as { sourceAnchor: string }[]).map(({ sourceAnchor }) => sourceAnchor));
      url = body.nextLink as string | undefined;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  it.each(['?objecttype=group', '?top=3', '?pageSize=0', '?pageSize=1001', '?hasErrors=yes'])(
    'refuses %s with 400, and lists the allowed values',
    async (query) => {
      const { status, body } = await (await registerTenant(service)).get(`/objects${query}`);
      expect(status).toBe(400);
      expect(body.detail.length).toBeGreaterThan(20);
    },
  );
});
