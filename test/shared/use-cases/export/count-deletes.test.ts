import { describe, expect, it } from 'vitest';
import { parseExport } from '../../../../shared/http/parse-body.ts';
import { processExport } from '../../../../shared/use-cases/export/process-export.ts';
import type { Services } from '../../../../shared/services.ts';
import { writeTenant } from '../../../../shared/store/write-tenant.ts';
import { readTenant } from '../../../../shared/store/read-tenants.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { readAll } from '../../../support/audit.ts';
import { exportNow, newTenant, partitionOf, register, servicesHere } from '../../../support/storage.ts';
import { group, remove } from '../../directory/fixtures.ts';

const services = servicesHere();

const anchors = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `g${n}`);

async function tenantWith(count: number, rest: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = newTenant(rest);
  await register(services, tenant);
  await exportNow(
    services,
    tenant,
    anchors(count).map((anchor) => group(anchor)),
  );
  return tenant;
}

const deleteAll = (tenant: Tenant, count: number, allowDeletes: number | null = null) =>
  processExport(services, tenant, parseExport({ operations: anchors(count).map(remove) }), { allowDeletes });
const deletedIn = async (running: ReturnType<typeof deleteAll>): Promise<number> =>
  (await running).results.filter(({ outcome }) => outcome === 'deleted').length;
const storedTenant = async (tenant: Tenant): Promise<Tenant | undefined> =>
  readTenant(await services.storage.tenants(), tenant.tenantId);

/** Services in which something happens after an export has read the directory and before its first write. */
function interrupted(happening: () => Promise<unknown>): Services {
  let hasHappened = false;
  const { storage } = services;
  return {
    ...services,
    storage: {
      ...storage,
      partition: async (...args) => {
        const partition = await storage.partition(...args);
        const submitTransaction: typeof partition.table.submitTransaction = async (actions) => {
          if (!hasHappened) {
            hasHappened = true;
            await happening();
          }
          return partition.table.submitTransaction(actions);
        };
        const table = Object.assign(Object.create(partition.table) as typeof partition.table, { submitTransaction });
        return { ...partition, table };
      },
    },
  };
}

describe('processExport() with many deletes', () => {
  it('deletes 500 objects, and refuses to delete 501 before anything is written', async () => {
    const tenant = await tenantWith(501);
    const partition = await partitionOf(services, tenant);
    const before = await readAll(partition);
    await expect(deleteAll(tenant, 501)).rejects.toMatchObject({ code: 'TooManyDeletes', deletes: 501 });
    expect(await readAll(partition)).toEqual(before);
    expect(await deletedIn(deleteAll(tenant, 500))).toBe(500);
  });

  it('deletes more objects only if the export names their exact number', async () => {
    const tenant = await tenantWith(3, { accidentalDeletionThreshold: 2 });
    for (const allowDeletes of [0, 2, 4]) {
      await expect(deleteAll(tenant, 3, allowDeletes)).rejects.toMatchObject({ code: 'TooManyDeletes' });
    }
    expect(await deletedIn(deleteAll(tenant, 3, 3))).toBe(3);
  });

  it('does not count objects that do not exist', async () => {
    const tenant = await tenantWith(2, { accidentalDeletionThreshold: 2 });
    expect(await deletedIn(deleteAll(tenant, 10))).toBe(2);
  });

  it('refuses every deletion if the threshold is 0', async () => {
    const tenant = await tenantWith(1, { accidentalDeletionThreshold: 0 });
    await expect(deleteAll(tenant, 1)).rejects.toMatchObject({ code: 'TooManyDeletes' });
    await expect(exportNow(services, tenant, [remove('g0'), group('g0')])).rejects.toMatchObject({ deletes: 1 });
    expect(await deletedIn(deleteAll(tenant, 1, 1))).toBe(1);
  });

  it('records the last refusal in the row of the tenant, and keeps it when the tenant is changed', async () => {
    const tenant = await tenantWith(3, { accidentalDeletionThreshold: 1 });
    expect((await storedTenant(tenant))?.refusedExport).toBeNull();
    await expect(deleteAll(tenant, 3)).rejects.toThrow();
    await expect(deleteAll(tenant, 2, 7)).rejects.toThrow();
    const refused = { deletes: 2, threshold: 1, allowDeletes: 7 };
    expect((await storedTenant(tenant))?.refusedExport).toMatchObject(refused);
    const changed = await writeTenant(
      await services.storage.tenants(),
      { ...tenant, displayName: 'Contoso' },
      services.now(),
    );
    expect(changed.tenant.refusedExport).toMatchObject(refused);
    expect((await storedTenant(tenant))?.refusedExport).toMatchObject(refused);
  });

  it('accepts an interrupted export again after it has deleted some of its objects', async () => {
    const tenant = await tenantWith(5, { accidentalDeletionThreshold: 2 });
    // An export that named 5 was interrupted after these writes.
    expect(await deletedIn(deleteAll(tenant, 2))).toBe(2);
    await expect(deleteAll(tenant, 5, 6)).rejects.toMatchObject({ code: 'TooManyDeletes', deletes: 3 });
    expect(await deletedIn(deleteAll(tenant, 5, 5))).toBe(3);
  });

  it('stays within the limit while another export adds objects that it deletes', async () => {
    const tenant = await tenantWith(0, { accidentalDeletionThreshold: 1 });
    const replacing = parseExport({ operations: ['x', 'y'].flatMap((anchor) => [remove(anchor), group(anchor)]) });
    const rival = interrupted(() => exportNow(services, tenant, [group('x'), group('y')]));
    await expect(processExport(rival, tenant, replacing)).rejects.toMatchObject({ code: 'StorageBusy' });
    await expect(processExport(services, tenant, replacing)).rejects.toMatchObject({ code: 'TooManyDeletes' });
    const [x, y] = (await exportNow(services, tenant, [group('x'), group('y')])).results;
    expect([x?.outcome, y?.outcome]).toEqual(['unchanged', 'unchanged']);
  });

  it('deletes fewer objects if another export deletes some of them first', async () => {
    const tenant = await tenantWith(3, { accidentalDeletionThreshold: 2 });
    const rival = interrupted(() => exportNow(services, tenant, [remove('g0')]));
    const items = parseExport({ operations: anchors(3).map(remove) });
    const { results } = await processExport(rival, tenant, items, { allowDeletes: 3 });
    expect(results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'deleted', 'deleted']);
  });
});
