import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { group, user } from '../shared/directory/fixtures.ts';
import { registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
const table = TableClient.fromConnectionString(inject('connectionString'), 'Directory', {
  allowInsecureConnection: true,
});

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function damagedTenant() {
  const tenant = await registerTenant(service);
  await tenant.export([
    user('joe'),
    user('twin', { userPrincipalName: 'joe@contoso.com' }),
    group('sales', 'smtp:s@b.c'),
  ]);
  const { registrationId: partitionKey } = tenant;
  await table.updateEntity({ partitionKey, rowKey: 'value|upn|joe@contoso.com', holder: 'twin' }, 'Merge');
  await table.createEntity({ partitionKey, rowKey: 'note|1', text: 'remember the milk' });
  return tenant;
}

describe('GET /api/tenants/{tenantId}/audit', () => {
  it('says of a tenant in order how many rows it has, and nothing else', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([user('joe')]);
    const { status, body } = await tenant.get('/audit');
    expect(status).toBe(200);
    expect(body).toEqual({ rows: 2, count: 0, findings: [], unsettled: 0, unfinished: [] });
  });

  it('names each row that is wrong, what it means and what to do, and changes nothing', async () => {
    const tenant = await damagedTenant();
    const { body } = await tenant.get('/audit');
    expect(body.findings).toMatchObject([
      {
        code: 'ValueRowWrong',
        rowKey: 'value|upn|joe@contoso.com',
        detail: '"holder" is "twin", not "joe".',
        repairable: true,
      },
      { code: 'UnknownRow', rowKey: 'note|1', repairable: false, remedy: expect.stringContaining('remove it') },
    ]);
    expect((await tenant.get('/audit')).body).toEqual(body);
  });

  it('knows no tenant that is not registered', async () => {
    expect((await send(`${service.url}/api/tenants/nobody/audit`)).status).toBe(404);
  });
});

describe('POST /api/tenants/{tenantId}/audit/repair', () => {
  it('repairs what it can, returns the former rows, and lists the remaining findings', async () => {
    const tenant = await damagedTenant();
    const { status, body } = await send(`${tenant.url}/audit/repair`, { method: 'POST' });
    expect(status).toBe(200);
    expect(body.repairs).toMatchObject([
      { code: 'ValueRowWrong', outcome: 'mended', prior: [{ rowKey: 'value|upn|joe@contoso.com', holder: 'twin' }] },
    ]);
    expect(body.audit).toMatchObject({ count: 1, findings: [{ code: 'UnknownRow' }] });
    const { body: errors } = await tenant.get('/provisioningErrors');
    expect(errors.value).toMatchObject([{ object: { sourceAnchor: 'twin' }, heldBy: { sourceAnchor: 'joe' } }]);
  });

  it('requires an admin key', async () => {
    const { body } = await send(`${service.url}/admin/functions`);
    const levels = (body as { name: string; authLevel: string }[]).filter(({ name }) => /audit|repair/i.test(name));
    expect(levels.map(({ name, authLevel }) => [name, authLevel]).sort()).toEqual([
      ['auditTenant', 'function'],
      ['repairTenant', 'admin'],
    ]);
  });
});
