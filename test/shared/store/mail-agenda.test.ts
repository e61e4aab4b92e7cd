import { afterAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';
import { readMailAgenda, writeMailAgenda } from '../../../shared/store/mail-agenda.ts';
import type { Tenant } from '../../../shared/store/tenant-row.ts';
import { writeTenant } from '../../../shared/store/write-tenant.ts';
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

describe('writeMailAgenda()', () => {
  const next = { nextDueAt: tuesday.toISOString(), zoneRules: '2026a' };

  it('writes the agenda that was read', async () => {
    await registered();
    await writeMailAgenda(table, await readMailAgenda(table), next);
    expect(await readMailAgenda(table)).toMatchObject({ ...next, changedAt: null });
  });

  it('writes nothing if a tenant was registered since the agenda was read', async () => {
    const read = await readMailAgenda(table);
    await registered();
    await writeMailAgenda(table, read, { ...next, nextDueAt: null });
    expect(await readMailAgenda(table)).toMatchObject({ ...next, changedAt: monday.toISOString() });
  });
});
