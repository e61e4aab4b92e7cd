import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { dismissRequest } from '../../shared/views/report/dismissal.tsx';
import { group, user } from '../shared/directory/fixtures.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const bad = (anchor: string) => user(anchor, { userPrincipalName: 'no at sign' });
type Registered = Awaited<ReturnType<typeof registerTenant>>;

async function failedAnchors(tenant: Registered): Promise<readonly string[]> {
  const { body } = await tenant.get('/failures');
  return (body.value as { sourceAnchor: string }[]).map(({ sourceAnchor }) => sourceAnchor);
}

const dismiss = ({ url }: Registered, query: string): Promise<Answer> =>
  send(`${url}/failures${query}`, { method: 'DELETE' });

describe('DELETE /api/tenants/{tenantId}/failures', () => {
  it.each(['gone', 'QF5HMK7n80qvdYsUPIHa9Q==', '/a//b+c\\d%2B', "o'neil & sons #1?", 'Ärger \u{1f600}'])(
    'dismisses the failure of object %j, and no other',
    async (anchor) => {
      const [tenant, other] = [await registerTenant(service), await registerTenant(service)];
      for (const one of [tenant, other]) await one.export([bad(anchor), bad('stays')]);
      const { status, body } = await dismiss(tenant, `?sourceAnchor=${encodeURIComponent(anchor)}`);
      expect([status, body]).toEqual([204, '']);
      expect(await failedAnchors(tenant)).toEqual(['stays']);
      expect(await failedAnchors(other)).toHaveLength(2);
    },
  );

  it('leaves the object and its quarantined values unchanged', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    await tenant.export([{ operation: 'update', sourceAnchor: 'b', mail: 'no address' }]);
    const before = (await tenant.object('b')).body as unknown;
    expect((await dismiss(tenant, '?sourceAnchor=b')).status).toBe(204);
    expect((await tenant.object('b')).body).toEqual(before);
  });

  it('is undone by the next operation on the object that fails', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([bad('a')]);
    await dismiss(tenant, '?sourceAnchor=a');
    await tenant.export([bad('a')]);
    expect(await failedAnchors(tenant)).toEqual(['a']);
  });

  it.each(['a', 'A', 'x'.repeat(1_000)])('is 404 for object %j, which has no failure', async (anchor) => {
    const tenant = await registerTenant(service);
    await tenant.export([user('a')]);
    const { status, body } = await dismiss(tenant, `?sourceAnchor=${anchor}`);
    expect([status, body.type]).toEqual([404, 'urn:duplicate-attribute-resiliency:FailureNotFound']);
  });

  it('is 404 the second time, and 204 for one of two at once at least', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([bad('a')]);
    const both = await Promise.all([1, 2].map(() => dismiss(tenant, '?sourceAnchor=a')));
    expect(both.map(({ status }) => status)).toContain(204);
    expect((await dismiss(tenant, '?sourceAnchor=a')).status).toBe(404);
  });

  it.each(['', '?sourceAnchor=', '?anchor=a'])('is 400 for %j, and dismisses nothing', async (query) => {
    const tenant = await registerTenant(service);
    await tenant.export([bad('a')]);
    const { status, body } = await dismiss(tenant, query);
    expect([status, body.type]).toEqual([400, 'urn:duplicate-attribute-resiliency:InvalidParameter']);
    expect(await failedAnchors(tenant)).toEqual(['a']);
  });
});

describe('the report, about a failure', () => {
  it('shows the request that dismisses it, and does not take it by its own link', async () => {
    const tenant = await registerTenant(service);
    const anchor = `it's <b>/+"=`;
    await tenant.export([bad(anchor)]);
    const link = new URL((await send(`${tenant.url}/reportLink`, { method: 'POST' })).body.url as string);
    const report = `${service.url}${link.pathname}${link.search}`;
    for (const view of [report, `${report}&view=failures`]) {
      const page = (await send(view)).body as string;
      const [, escaped = ''] = /<pre class="request">(.*?)<\/pre>/s.exec(page) ?? [];
      const command = escaped.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
      const api = { baseUrl: link.origin, tenantId: tenant.tenantId, takesTokens: false };
      expect(command).toBe(dismissRequest(api, anchor));
    }
    expect((await send(report, { method: 'DELETE' })).status).toBe(404);
    expect(await failedAnchors(tenant)).toEqual([anchor]);
    const [, url = ''] =
      /'(.*)'/.exec(dismissRequest({ baseUrl: service.url, tenantId: tenant.tenantId, takesTokens: false }, anchor)) ??
      [];
    expect((await send(url, { method: 'DELETE' })).status).toBe(204);
    expect(await failedAnchors(tenant)).toEqual([]);
  });

  it('names the credential that the service takes', () => {
    const api = { baseUrl: 'https://sync.contoso.com', tenantId: 'contoso', takesTokens: true };
    expect(dismissRequest(api, 'a+b')).toBe(
      `curl -X DELETE 'https://sync.contoso.com/api/tenants/contoso/failures?sourceAnchor=a%2Bb' -H "Authorization: Bearer $TOKEN"`,
    );
  });
});
