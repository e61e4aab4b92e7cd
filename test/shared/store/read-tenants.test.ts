import { afterAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';
import { allTenants, readRegistration, readTenant, readTenants } from '../../../shared/store/read-tenants.ts';
import type { Tenant } from '../../../shared/store/tenant-row.ts';
import { markRemoved, writeTenant } from '../../../shared/store/write-tenant.ts';
import { newTenant, servicesHere } from '../../support/storage.ts';
import { monday } from '../directory/fixtures.ts';

// A storage of its own: other tests read all rows of the table.
const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
const table = await servicesHere(azurite.connectionString).storage.tenants();
afterAll(() => azurite.stop());

/** Registers a tenant with an id of its own. */
async function registered(rest: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = newTenant(rest);
  return (await writeTenant(table, tenant, monday)).tenant;
}

async function damage(tenantId: string, columns: Readonly<Record<string, unknown>>): Promise<void> {
  await table.updateEntity({ partitionKey: 'tenant', rowKey: tenantId, ...columns }, 'Merge');
}

describe('readRegistration()', () => {
  it('returns a row that readTenant() refuses, with its registration id', async () => {
    const tenant = await registered();
    await damage(tenant.tenantId, { initialDomain: '' });
    expect(await readRegistration(table, tenant.tenantId)).toMatchObject({
      row: { initialDomain: '' },
      registrationId: tenant.registrationId,
    });
  });

  it('returns no registration id if the damage hides it', async () => {
    const tenant = await registered();
    await damage(tenant.tenantId, { generation: 0 });
    expect(await readRegistration(table, tenant.tenantId)).toMatchObject({ registrationId: null });
  });
});

describe('readTenants()', () => {
  it('returns the tenants after an id in pages, without deleted and damaged ones', async () => {
    const prefix = `p${process.pid}-${Date.now()}`;
    for (const letter of ['a', 'b', 'c', 'd', 'e']) await registered({ tenantId: `${prefix}-${letter}` });
    const tenant = await readTenant(table, `${prefix}-b`);
    await markRemoved(table, tenant as Tenant, monday);
    await damage(`${prefix}-c`, { recipients: '{' });
    const first = await readTenants(table, `${prefix}-`, 3);
    expect(first.tenants.map(({ tenantId }) => tenantId)).toEqual([`${prefix}-a`]);
    expect(first.damaged.map(({ tenantId }) => tenantId)).toEqual([`${prefix}-c`]);
    expect(first.next).toBe(`${prefix}-c`);
    const second = await readTenants(table, first.next ?? '', 2);
    expect(second.tenants.map(({ tenantId }) => tenantId)).toEqual([`${prefix}-d`, `${prefix}-e`]);
  });

  it('allTenants() passes a damaged tenant to the callback and goes on', async () => {
    const [good, bad] = [await registered(), await registered()];
    await damage(bad.tenantId, { recipients: '{' });
    const damaged: string[] = [];
    const all: string[] = [];
    for await (const { tenantId } of allTenants(table, (one) => damaged.push(one.tenantId))) all.push(tenantId);
    expect(all).toContain(good.tenantId);
    expect(all).not.toContain(bad.tenantId);
    expect(damaged).toContain(bad.tenantId);
  });
});
