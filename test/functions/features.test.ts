import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;

beforeAll(async () => {
  service = await startService();
  tenant = await registerTenant(service);
});
afterAll(() => service.stop());

const put = (name: string, body: unknown) => send(`${tenant.url}/features/${name}`, { method: 'PUT', body });

describe('GET /api/tenants/{tenantId}/features', () => {
  it('lists both features, which are on', async () => {
    const { status, body } = await tenant.get('/features');
    expect(status).toBe(200);
    expect(body).toEqual({
      value: [
        { dirSyncFeature: 'DuplicateUPNResiliency', enabled: true },
        { dirSyncFeature: 'DuplicateProxyAddressResiliency', enabled: true },
      ],
    });
  });

  it('gives one by its name in any letter case', async () => {
    const { status, body } = await tenant.get('/features/duplicateupnresiliency');
    expect(status).toBe(200);
    expect(body).toEqual({ dirSyncFeature: 'DuplicateUPNResiliency', enabled: true });
  });

  it('answers 404 for another feature, and names those that there are', async () => {
    const { status, body } = await tenant.get('/features/PasswordSync');
    expect(status).toBe(404);
    expect(body.detail).toContain('DuplicateUPNResiliency and DuplicateProxyAddressResiliency');
  });

  it.each(['features', 'features/DuplicateUPNResiliency'])('answers 404 for %s of an unknown tenant', async (path) => {
    expect((await send(`${service.url}/api/tenants/nobody/${path}`)).status).toBe(404);
  });
});

describe('PUT /api/tenants/{tenantId}/features/{name}', () => {
  it.each(['DuplicateUPNResiliency', 'duplicateproxyaddressresiliency'])('refuses to switch off %s', async (name) => {
    const { status, headers, body } = await put(name, { enabled: false });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.detail).toMatch(/^Cannot switch off Duplicate(UPN|ProxyAddress)Resiliency: it is always on\./);
    expect((await tenant.get(`/features/${name}`)).body.enabled).toBe(true);
  });

  it('accepts the answer of a GET unchanged', async () => {
    const { body: feature } = await tenant.get('/features/DuplicateUPNResiliency');
    const { status, body } = await put('DuplicateUPNResiliency', feature);
    expect(status).toBe(200);
    expect(body).toEqual(feature);
  });

  it.each([
    ['of an unknown feature', 'PasswordSync', { enabled: true }, 404],
    ['without enabled', 'DuplicateUPNResiliency', {}, 400],
    ['with a text', 'DuplicateUPNResiliency', { enabled: 'false' }, 400],
    ['with an unknown property', 'DuplicateUPNResiliency', { enabled: true, force: true }, 400],
  ])('refuses a body %s', async (_, name, body, expected) => {
    expect((await put(name, body)).status).toBe(expected);
  });
});
