import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { markDeleting } from '../../shared/store/write-tenant.ts';
import { group } from '../shared/directory/fixtures.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { servicesHere } from '../support/storage.ts';

let service: RunningFunctionsHost;

beforeAll(async () => {
  service = await startService({ REPORT_BASE_URL: 'http://localhost' });
});
afterAll(() => service.stop());

const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: [] };
const alias = 'smtp:x@contoso.com';

describe('DELETE /api/tenants/{tenantId}', () => {
  it('requires the id once more', async () => {
    const tenant = await registerTenant(service);
    for (const query of ['', '?confirm=', '?confirm=yes', `?confirm=${tenant.tenantId}x`]) {
      const { status, body } = await send(tenant.url + query, { method: 'DELETE' });
      expect([status, body.detail]).toEqual([400, expect.stringContaining('"confirm"')]);
    }
    expect((await tenant.get('')).status).toBe(200);
  });

  it('deletes the tenant: then it is not there, and its id is free', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a', alias), group('b', alias)]);
    const { url } = (await send(`${tenant.url}/reportLink`, { method: 'POST' })).body as { url: string };
    const report = url.replace('http://localhost', service.url);
    expect((await send(report)).status).toBe(200);

    const deleted = await send(`${tenant.url}?confirm=${tenant.tenantId}`, { method: 'DELETE' });
    expect([deleted.status, deleted.body]).toEqual([200, { tenantId: tenant.tenantId, status: 'deleted' }]);
    for (const path of ['', '/objects', '/provisioningErrors', '/history', '/failures', '/features']) {
      expect.soft((await tenant.get(path)).status, path).toBe(404);
    }
    expect((await tenant.export([group('a')])).status).toBe(404);
    expect((await send(report)).status).toBe(401);
    expect((await send(`${tenant.url}?confirm=${tenant.tenantId}`, { method: 'DELETE' })).status).toBe(404);

    expect((await tenant.put(registration)).status).toBe(201);
    expect((await tenant.get('/objects')).body.value).toEqual([]);
    expect((await tenant.get('/history')).body.value).toEqual([]);
    expect((await tenant.export([group('a', alias), group('b', alias)])).body.summary.quarantined).toBe(1);
    expect((await send(`${tenant.url}/sweep`, { method: 'POST' })).body.stillWaiting).toBe(1);
    const nobody = await tenant.get('/objects/nobody');
    expect(nobody.body.detail).toContain(`in tenant "${tenant.tenantId}".`);
    // The link was for the tenant that is gone, not for whoever has its id now.
    expect((await send(report)).status).toBe(401);
  });

  it('has everything else refused with 410 while it goes on', async () => {
    const tenant = await registerTenant(service);
    const { url } = (await send(`${tenant.url}/reportLink`, { method: 'POST' })).body as { url: string };
    await markDeleting(await servicesHere(inject('connectionString')).storage.tenants(), tenant.tenantId, new Date());
    expect((await tenant.export([])).status).toBe(410);
    expect((await tenant.put(registration)).status).toBe(410);
    expect((await tenant.get('')).status).toBe(410);
    for (const path of ['/sweep', '/mail', '/reportLink']) {
      expect.soft((await send(tenant.url + path, { method: 'POST', body: {} })).status, path).toBe(410);
    }
    const graph = await send(`${service.url}/api/v1.0/${tenant.tenantId}/users`);
    expect([graph.status, graph.body.error.code]).toEqual([410, 'Request_ResourceNotFound']);
    expect((await send(url.replace('http://localhost', service.url))).status).toBe(401);
    expect((await send(`${tenant.url}?confirm=${tenant.tenantId}`, { method: 'DELETE' })).status).toBe(200);
    expect((await tenant.get('')).status).toBe(404);
  });
});
