import { afterAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';
import { readTenant } from '../../../shared/store/read-tenants.ts';
import { DamagedRegistration } from '../../../shared/store/registration-problems.ts';
import type { Tenant } from '../../../shared/store/tenant-row.ts';
import {
  markDeleting,
  markRemoved,
  recordRefusedExport,
  writePlaceholderRenewal,
  writeTenant,
} from '../../../shared/store/write-tenant.ts';
import { newTenant, servicesHere } from '../../support/storage.ts';
import { monday, tuesday } from '../directory/fixtures.ts';

// A storage of its own: other tests read all rows of the table.
const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
const table = await servicesHere(azurite.connectionString).storage.tenants();
afterAll(() => azurite.stop());

/** Registers a tenant with an id of its own. */
async function registered(rest: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = newTenant(rest);
  return (await writeTenant(table, tenant, monday)).tenant;
}

const refused = { exportId: 'export', at: monday.toISOString(), deletes: 501, threshold: 500, allowDeletes: null };

async function damage(tenantId: string, columns: Readonly<Record<string, unknown>>): Promise<void> {
  await table.updateEntity({ partitionKey: 'tenant', rowKey: tenantId, ...columns }, 'Merge');
}

describe('writeTenant()', () => {
  it('creates a registration that readTenant() returns', async () => {
    const tenant = newTenant({ displayName: 'Contoso', recipients: ['admin@contoso.com'], mailHour: 6 });
    const written = await writeTenant(table, tenant, monday);
    expect(written).toMatchObject({ outcome: 'created', tenant: { registeredAt: monday.toISOString() } });
    expect(written.tenant).toMatchObject({ displayName: 'Contoso', recipients: ['admin@contoso.com'], mailHour: 6 });
    expect(await readTenant(table, tenant.tenantId)).toEqual(written.tenant);
  });

  it('changes a registration, and keeps the state of the tenant', async () => {
    const tenant = await registered();
    await recordRefusedExport(table, tenant, refused);
    const written = await writeTenant(table, { ...tenant, mailHour: 9 }, tuesday);
    expect(written).toMatchObject({
      outcome: 'updated',
      tenant: { mailHour: 9, registeredAt: monday.toISOString(), refusedExport: refused, placeholderRenewal: null },
    });
  });

  it.each([{ initialDomain: 'fabrikam.onmicrosoft.com' }, { placeholderSeparator: '' as const }])(
    'has placeholders renewed after a change of %o',
    async (change) => {
      const tenant = await registered();
      const { placeholderRenewal } = (await writeTenant(table, { ...tenant, ...change }, tuesday)).tenant;
      expect(placeholderRenewal).toEqual({ cleanSince: null });
    },
  );

  it('registers a deleted id again under a registration id that was never used', async () => {
    const first = await registered();
    await markDeleting(table, first.tenantId, monday);
    await markRemoved(table, first, monday);
    expect(await readTenant(table, first.tenantId)).toBeUndefined();
    const { outcome, tenant } = await writeTenant(table, first, tuesday);
    expect({ outcome, id: tenant.registrationId }).toEqual({ outcome: 'created', id: `${first.tenantId}~2` });
    expect(first.registrationId).toBe(first.tenantId);
  });

  it('writes nothing while the tenant is being deleted', async () => {
    const tenant = await registered();
    await markDeleting(table, tenant.tenantId, monday);
    const written = await writeTenant(table, { ...tenant, mailHour: 9 }, tuesday);
    expect(written).toMatchObject({ outcome: 'deleting', tenant: { mailHour: 8 } });
    expect(await readTenant(table, tenant.tenantId)).toMatchObject({ mailHour: 8 });
  });

  it('registers once if it is called twice at once', async () => {
    const tenant = newTenant();
    const written = await Promise.all([writeTenant(table, tenant, monday), writeTenant(table, tenant, monday)]);
    expect(written.map(({ outcome }) => outcome).sort()).toEqual(['created', 'updated']);
  });

  it('repairs the columns of the registration, a refused export and the time of registration', async () => {
    const tenant = await registered();
    await damage(tenant.tenantId, { recipients: 'nonsense', refusedExport: '{', registeredAt: 'never' });
    await expect(readTenant(table, tenant.tenantId)).rejects.toThrow(DamagedRegistration);
    const written = await writeTenant(table, tenant, tuesday);
    expect(written.tenant).toMatchObject({ recipients: [], refusedExport: null, registeredAt: tuesday.toISOString() });
  });

  it('throws if a column is damaged that only a backup has', async () => {
    const tenant = await registered();
    await damage(tenant.tenantId, { generation: 'first' });
    await expect(writeTenant(table, tenant, tuesday)).rejects.toThrow(DamagedRegistration);
  });
});

describe('steps that depend on the registration', () => {
  const steps: [string, (tenant: Tenant) => Promise<void>][] = [
    ['recordRefusedExport()', (tenant) => recordRefusedExport(table, tenant, refused)],
    ['writePlaceholderRenewal()', (tenant) => writePlaceholderRenewal(table, tenant, { cleanSince: null })],
    ['markRemoved()', (tenant) => markRemoved(table, tenant, tuesday)],
  ];
  it.each(steps)('%s does nothing if the id was registered again since', async (_, step) => {
    const first = await registered();
    await markDeleting(table, first.tenantId, monday);
    await markRemoved(table, first, monday);
    const { tenant: second } = await writeTenant(table, first, tuesday);
    await step(first);
    expect(await readTenant(table, first.tenantId)).toEqual(second);
  });

  it.each(steps)('%s does nothing if the tenant was never registered', async (_, step) => {
    const tenant = newTenant();
    await step(tenant);
    expect(await readTenant(table, tenant.tenantId)).toBeUndefined();
  });

  it('writePlaceholderRenewal() does nothing if the form of placeholders has changed since', async () => {
    const tenant = await registered();
    await writeTenant(table, { ...tenant, placeholderSeparator: '' }, tuesday);
    await writePlaceholderRenewal(table, tenant, null);
    expect(await readTenant(table, tenant.tenantId)).toMatchObject({ placeholderRenewal: { cleanSince: null } });
  });
});

describe('markDeleting()', () => {
  it('keeps the moment of the first call', async () => {
    const { tenantId } = await registered();
    expect(await markDeleting(table, tenantId, monday)).toMatchObject({ deletingSince: monday.toISOString() });
    expect(await markDeleting(table, tenantId, tuesday)).toMatchObject({ deletingSince: monday.toISOString() });
  });

  it('returns undefined for a tenant that is not registered or was deleted', async () => {
    const tenant = newTenant();
    expect(await markDeleting(table, tenant.tenantId, monday)).toBeUndefined();
    const deleted = await registered();
    await markRemoved(table, deleted, monday);
    expect(await markDeleting(table, deleted.tenantId, monday)).toBeUndefined();
  });
});
