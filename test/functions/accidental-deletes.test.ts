import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { group, remove } from '../shared/directory/fixtures.ts';
import { registerTenant, startService } from '../support/service.ts';

let service: RunningFunctionsHost;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe('POST /api/tenants/{tenantId}/exports, over the threshold of deletions', () => {
  it('is 409, says which number to name, and is seen at the tenant', async () => {
    const tenant = await registerTenant(service, { accidentalDeletionThreshold: 1 });
    await tenant.export([group('a'), group('b')]);
    const { status, headers, body } = await tenant.export([remove('a'), remove('b')]);
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.type).toBe('urn:duplicate-attribute-resiliency:TooManyDeletes');
    expect(body.detail).toContain('"allowDeletes": 2');
    expect((await tenant.object('a')).status).toBe(200);
    const refusedExport = { deletes: 2, threshold: 1, allowDeletes: null };
    expect((await tenant.get('')).body).toMatchObject({ accidentalDeletionThreshold: 1, refusedExport });
    const allowed = await tenant.export([remove('a'), remove('b')], { allowDeletes: 2 });
    expect([allowed.status, allowed.body.summary.deleted]).toEqual([200, 2]);
  });

  it('has a threshold of 500 unless the tenant is given another', async () => {
    const tenant = await registerTenant(service);
    expect((await tenant.get('')).body).toMatchObject({ accidentalDeletionThreshold: 500, refusedExport: null });
  });

  it.each([-1, 1.5, '2'])('refuses %j for a number of deletions with 400', async (wrong) => {
    const tenant = await registerTenant(service);
    expect((await tenant.export([], { allowDeletes: wrong })).status).toBe(400);
    const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: [] };
    expect((await tenant.put({ ...registration, accidentalDeletionThreshold: wrong })).status).toBe(400);
  });
});
