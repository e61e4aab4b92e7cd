import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../../../local/functions-host.ts';
import { auditRegistered, repairRegistered } from '../../../../shared/use-cases/audit/audit-registered.ts';
import { sweepAll } from '../../../../shared/use-cases/sweep/sweep-all.ts';
import { registerTenant, send, startService } from '../../../support/service.ts';
import { servicesHere } from '../../../support/storage.ts';

/** Damages each column of a tenant's row in the table `Tenants` in turn. It has its own storage, because sweeps visit all tenants. */
const partitionKey = 'tenant';
const registration = {
  initialDomain: 'contoso.onmicrosoft.com',
  displayName: 'Contoso',
  recipients: ['admin@contoso.com'],
  mailTimeZone: 'Europe/Berlin',
  accidentalDeletionThreshold: 0,
};

let azurite: RunningAzurite;
let service: RunningFunctionsHost;

beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  service = await startService({ AzureWebJobsStorage: azurite.connectionString });
});
afterAll(async () => {
  await service.stop();
  await azurite.stop();
});

type Columns = Readonly<Record<string, unknown>>;

/** A tenant with a value in every column, and functions that damage its row. */
async function makeTenant() {
  const services = servicesHere(azurite.connectionString);
  const tenant = await registerTenant(service, registration);
  await tenant.export([{ operation: 'add', sourceAnchor: 'a', objectType: 'Group', proxyAddresses: ['smtp:a@b.c'] }]);
  expect((await tenant.export([{ operation: 'delete', sourceAnchor: 'a' }])).status).toBe(409);
  const table = await services.storage.tenants();
  const { tenantId: rowKey } = tenant;
  return {
    ...tenant,
    services,
    set: (columns: Columns) => table.updateEntity({ partitionKey, rowKey, ...columns }, 'Merge'),
    lose: async (column: string) => {
      const {
        [column]: _,
        etag,
        timestamp,
        'odata.metadata': __,
        ...rest
      } = await table.getEntity<Columns>(partitionKey, rowKey);
      await table.updateEntity({ ...rest, partitionKey, rowKey }, 'Replace');
    },
  };
}

type Damaged = Awaited<ReturnType<typeof makeTenant>>;
type Damage = readonly [column: string, what: string, damage: (tenant: Damaged) => Promise<unknown>];

const set = (column: string, what: string, value: unknown): Damage => [
  column,
  what,
  (tenant) => tenant.set({ [column]: value }),
];
const lose = (column: string): Damage => [column, 'missing', (tenant) => tenant.lose(column)];

/** Damage that registering the tenant again repairs. */
const repairable: readonly Damage[] = [
  lose('initialDomain'),
  set('initialDomain', 'a number', 7),
  set('initialDomain', 'an invalid domain', 'contoso'),
  lose('displayName'),
  lose('recipients'),
  set('recipients', 'cut off', '["admin@contoso'),
  set('recipients', 'of another shape', '{"a":1}'),
  set('recipients', 'of numbers', '[1]'),
  lose('placeholderSeparator'),
  set('placeholderSeparator', 'another text', '-'),
  set('mailTimeZone', 'an unknown zone', 'Mars/Olympus'),
  set('mailHour', 'too large', 24),
  set('mailHour', 'a text', '8'),
  set('accidentalDeletionThreshold', 'negative', -1),
  set('accidentalDeletionThreshold', 'a text', 'many'),
  set('registeredAt', 'an invalid time', 'yesterday'),
  set('retentionDays', 'negative', -1),
  set('retentionDays', 'a text', 'all'),
  set('refusedExport', 'invalid JSON', 'x'),
  set('refusedExport', 'of another shape', '{"deletes":"all"}'),
];

/** Damage that only a backup can repair. */
const lost: readonly Damage[] = [
  set('generation', 'a text', 'two'),
  set('generation', 'zero', 0),
  set('deletingSince', 'a number', 5),
];

async function expectFound(tenant: Damaged, column: string): Promise<void> {
  const { findings } = await auditRegistered(tenant.services, tenant.tenantId);
  expect(findings.map(({ code, repair }) => [code, repair])).toEqual([['RegistrationDamaged', null]]);
  expect(findings[0]?.detail).toContain(`"${column}" is `);
  const repaired = await repairRegistered(tenant.services, tenant.tenantId, () => undefined);
  expect([repaired.repairs, repaired.audit.findings]).toEqual([[], findings]);
}

describe('auditRegistered()', () => {
  it.each(repairable)(
    'finds that %s is %s; every request is refused until the tenant is registered again',
    async (column, _, damage) => {
      const tenant = await makeTenant();
      expect((await auditRegistered(tenant.services, tenant.tenantId)).findings).toEqual([]);
      await damage(tenant);
      await expectFound(tenant, column);
      const { status, body } = await tenant.get('/objects');
      expect([status, body.type]).toEqual([503, 'urn:duplicate-attribute-resiliency:TenantDamaged']);
      expect(body.detail).toContain('Register the tenant again');

      expect((await tenant.put(registration)).status).toBe(200);
      expect((await auditRegistered(tenant.services, tenant.tenantId)).findings).toEqual([]);
      expect((await tenant.object('a')).status).toBe(200);
    },
  );

  it.each(lost)('finds that %s is %s; a registration does not overwrite it', async (column, _, damage) => {
    const tenant = await makeTenant();
    await damage(tenant);
    await expectFound(tenant, column);
    expect((await tenant.put(registration)).status).toBe(503);
    await expectFound(tenant, column);
    await tenant.lose(column);
  });

  it('finds a damaged registration; the sweep and the mail process all other tenants and report it at the end', async () => {
    const [broken, whole] = [await makeTenant(), await makeTenant()];
    await broken.set({ recipients: 'x' });
    const swept: string[] = [];
    const failed: string[] = [];
    const nothing = (): void => undefined;
    const log = {
      swept: (tenantId: string) => swept.push(tenantId),
      failed: (tenantId: string) => failed.push(tenantId),
      ...{ renewed: nothing, counted: nothing, removed: nothing, deleted: nothing, ended: nothing },
    };
    await expect(sweepAll(whole.services, log)).rejects.toThrow(`Cannot sweep 1 tenants: ${broken.tenantId}`);
    expect([swept.includes(whole.tenantId), failed]).toEqual([true, [broken.tenantId]]);
    const mail = await send(`${service.url}/admin/functions/sendMondayMail?wait=true`, { method: 'POST', body: {} });
    expect(JSON.stringify(mail.body)).toContain(broken.tenantId);
    expect((await send(`${service.url}/api/tenants`)).status).toBe(503);
    await broken.put(registration);
    expect((await send(`${service.url}/api/tenants`)).status).toBe(200);
  });
});
