import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { headersOfAll } from '../../shared/http/guards.ts';
import { group } from '../shared/directory/fixtures.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

function expectGuarded({ headers }: Answer, of: string): void {
  expect.soft(headers.get('strict-transport-security'), of).toMatch(/^max-age=31536000\b/);
  expect.soft(headers.get('x-content-type-options'), of).toBe('nosniff');
  expect.soft(headers.get('cache-control'), of).toBe('no-store');
  expect.soft(headers.get('referrer-policy'), of).toBe('no-referrer');
  const policy = headers.get('content-security-policy') ?? '';
  for (const directive of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    expect.soft(policy, of).toContain(directive);
  }
}

describe('every answer', () => {
  it('has the headers that guard it, whatever it is', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    const { url } = (await send(`${tenant.url}/reportLink`, { method: 'POST' })).body as { url: string };
    const report = `${service.url}/api/report${new URL(url).search}`;
    const graph = `${service.url}/api/v1.0/${tenant.tenantId}`;
    const asked: readonly (readonly [status: number, url: string, method?: string, body?: unknown])[] = [
      [200, tenant.url],
      [200, `${tenant.url}/exports`, 'POST', { operations: [] }],
      [400, `${tenant.url}/exports`, 'POST', '{'],
      [400, `${tenant.url}/objects?pageSize=0`],
      [404, `${service.url}/api/tenants/nobody`],
      [404, `${service.url}/api/no/such/route`],
      [404, `${service.url}/favicon.ico`],
      [404, `${tenant.url}/exports`, 'GET'],
      [200, `${tenant.url}/provisioningErrors?format=csv`],
      [200, `${graph}/groups`],
      [404, `${graph}/robots`],
      [200, `${service.url}/api/health`],
      [200, `${service.url}/api/openapi.json`],
      [200, report],
      [200, `${report}&format=csv`],
      [404, `${report}&conflictProperty=ProxyAddresses&conflictValue=x&sourceAnchor=y`],
      [400, `${report}&sort=none`],
      [401, `${service.url}/api/report`],
    ];
    for (const [status, target, method = 'GET', body] of asked) {
      const answer = await send(target, { method, body });
      expect.soft(answer.status, target).toBe(status);
      expectGuarded(answer, `${method} ${target}`);
    }
  });

  it('has them without a key, too, where the platform answers', async () => {
    const locked = await startService({
      FUNCTION_KEYS_ENFORCED: 'true',
      LOCAL_FUNCTION_KEY: 'f',
      LOCAL_MASTER_KEY: 'm',
    });
    try {
      const answer = await send(`${locked.url}/api/tenants`);
      expect(answer.status).toBe(401);
      expectGuarded(answer, 'without a key');
    } finally {
      await locked.stop();
    }
  });
});

describe('host.json', () => {
  it('has the platform add to its own answers what the service adds to the others', () => {
    const { extensions } = JSON.parse(readFileSync(join(import.meta.dirname, '../../host.json'), 'utf8')) as {
      extensions: { http: { customHeaders: unknown } };
    };
    expect(extensions.http.customHeaders).toEqual(headersOfAll);
  });
});
