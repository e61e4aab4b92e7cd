import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../../../local/azurite.ts';
import { processExport } from '../../../../shared/use-cases/export/process-export.ts';
import { parseExport } from '../../../../shared/http/parse-body.ts';
import { completeDeletion, deleteTenant, graceMs } from '../../../../shared/use-cases/tenants/delete-tenant.ts';
import { findTenant } from '../../../../shared/use-cases/tenants/find-tenant.ts';
import { putTenant } from '../../../../shared/use-cases/tenants/put-tenant.ts';
import { sweepAll } from '../../../../shared/use-cases/sweep/sweep-all.ts';
import type { Services } from '../../../../shared/services.ts';
import { readRemovedRegistrations } from '../../../../shared/store/removed-registrations.ts';
import { markDeleting, writeTenant } from '../../../../shared/store/write-tenant.ts';
import { readTenant } from '../../../../shared/store/read-tenants.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { readWeekMail, writeWeekMail } from '../../../../shared/store/week-mails.ts';
import { readAll } from '../../../support/audit.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { exportNow, newTenant, servicesHere, servicesWithoutRetries } from '../../../support/storage.ts';
import { group, remove, user } from '../../directory/fixtures.ts';

// Its own storage, because a sweep visits the tenants of all tests.
let azurite: RunningAzurite;
let direct: Services;
beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  direct = servicesHere(azurite.connectionString);
});
afterAll(() => azurite.stop());

const week = '2026-W47';

const mail = {
  week,
  status: 'sent',
  at: '2026-11-16T08:00:00.000Z',
  leaseUntil: null,
  previousSentAt: null,
  refusedFor: null,
  error: null,
  whatToDo: null,
  letter: null,
  batches: [],
} as const;

/** Creates a tenant with rows of every kind: objects, values, errors, vacancies, history, a failure, and a mail. */
async function registered(tenantId = newTenant().tenantId): Promise<Tenant> {
  const table = await direct.storage.tenants();
  const { tenant } = await writeTenant(table, newTenant({ tenantId }), direct.now());
  await exportNow(direct, tenant, [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com'), user('c')]);
  await exportNow(direct, tenant, [remove('a'), { ...group('d'), proxyAddresses: ['no address'] }]);
  const written = { ...mail, registrationId: tenant.registrationId };
  await writeWeekMail(table, written, { etag: undefined, writeId: 'w' });
  return tenant;
}

const rowsOf = async ({ registrationId }: Pick<Tenant, 'registrationId'>) =>
  readAll(await direct.storage.partition(registrationId));
const storedTenant = async ({ tenantId }: Tenant): Promise<Tenant | undefined> =>
  readTenant(await direct.storage.tenants(), tenantId);
async function lateRegistrations(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { registrationId } of readRemovedRegistrations(await direct.storage.tenants()))
    ids.push(registrationId);
  return ids;
}

async function expectGone(tenant: Tenant): Promise<void> {
  expect(await storedTenant(tenant)).toBeUndefined();
  expect((await rowsOf(tenant)).size).toBe(0);
  expect(await readWeekMail(await direct.storage.tenants(), week, tenant.registrationId)).toBeUndefined();
}

const sweepQuietly = (services: Services): Promise<void> =>
  sweepAll(services, {
    swept: () => undefined,
    renewed: () => undefined,
    counted: () => undefined,
    removed: () => undefined,
    deleted: () => undefined,
    failed: () => undefined,
    ended: () => undefined,
  });
const later = (ms: number): Services => ({ ...direct, now: () => new Date(Date.now() + ms) });

describe('deleteTenant()', () => {
  it('removes a tenant with all its rows and mails, and nothing of another tenant', async () => {
    const [tenant, other] = [await registered(), await registered()];
    const before = await rowsOf(other);
    expect([...new Set([...before.keys()].map((key) => key.split('|')[0]))]).toEqual(
      expect.arrayContaining(['object', 'value', 'error', 'vacated', 'history', 'failure']),
    );
    expect(await deleteTenant(direct, tenant.tenantId)).toEqual({ status: 'deleted' });
    await expectGone(tenant);
    expect(await rowsOf(other)).toEqual(before);
    expect(await readWeekMail(await direct.storage.tenants(), week, other.registrationId)).toBeDefined();
    expect(await storedTenant(other)).toMatchObject({ deletingSince: null });
  });

  it('removes more rows than one page has', async () => {
    const tenant = await registered();
    const { table, partitionKey } = await direct.storage.partition(tenant.registrationId);
    for (let batch = 0; batch < 11; batch++) {
      const rowKeys = Array.from({ length: 100 }, (_, n) => `history|${batch}|${n}`);
      await table.submitTransaction(rowKeys.map((rowKey) => ['create', { partitionKey, rowKey }]));
    }
    expect((await rowsOf(tenant)).size).toBeGreaterThan(1100);
    await deleteTenant(direct, tenant.tenantId);
    await expectGone(tenant);
  });

  it('throws TenantNotFound for a tenant that was never registered, or is deleted', async () => {
    const tenant = await registered();
    await expect(deleteTenant(direct, 'never')).rejects.toMatchObject({ code: 'TenantNotFound' });
    await deleteTenant(direct, tenant.tenantId);
    await expect(deleteTenant(direct, tenant.tenantId)).rejects.toMatchObject({ code: 'TenantNotFound' });
  });

  it('succeeds in both of two simultaneous calls', async () => {
    const tenant = await registered();
    const marked = await markDeleting(await direct.storage.tenants(), tenant.tenantId, new Date());
    const both = await Promise.all([1, 2].map(() => completeDeletion(direct, marked ?? tenant)));
    expect(both).toEqual([{ status: 'deleted' }, { status: 'deleted' }]);
    await expectGone(tenant);
  });

  it('stops after its time limit, and reports that it is still deleting', async () => {
    const tenant = await registered();
    let now = Date.now();
    const slow = { ...direct, now: () => new Date((now += 200_000)) };
    expect(await deleteTenant(slow, tenant.tenantId)).toEqual({ status: 'deleting' });
    expect(await storedTenant(tenant)).toMatchObject({ deletingSince: expect.any(String) as string });
    expect(await deleteTenant(direct, tenant.tenantId)).toEqual({ status: 'deleted' });
    await expectGone(tenant);
  });

  it('removes late rows only after the longest time that a function can run', () => {
    const host = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../host.json'), 'utf8')) as {
      functionTimeout: string;
    };
    const [hours = 0, minutes = 0, seconds = 0] = host.functionTimeout.split(':').map(Number);
    expect(graceMs).toBeGreaterThanOrEqual(((hours * 60 + minutes) * 60 + seconds) * 1000 + 60_000);
  });
});

describe('deleteTenant(), before it is complete', () => {
  it('refuses exports, sweeps, mails and registrations of the tenant', async () => {
    const tenant = await registered();
    await markDeleting(await direct.storage.tenants(), tenant.tenantId, new Date());
    const refused = { code: 'TenantBeingDeleted' };
    await expect(findTenant(direct, tenant.tenantId)).rejects.toMatchObject(refused);
    const { tenantId: _, ...registration } = newTenant();
    await expect(putTenant(direct, tenant.tenantId, registration)).rejects.toMatchObject(refused);
  });

  it('is completed by the next sweep', async () => {
    const tenant = await registered();
    await markDeleting(await direct.storage.tenants(), tenant.tenantId, new Date());
    await sweepQuietly(direct);
    await expectGone(tenant);
  });
});

describe('putTenant() with the id of a deleted tenant', () => {
  it('registers a tenant without any old rows, in a new partition', async () => {
    const before = await registered();
    await deleteTenant(direct, before.tenantId);
    const { tenant, outcome } = await writeTenant(await direct.storage.tenants(), newTenant(before), direct.now());
    expect(outcome).toBe('created');
    expect(tenant).toMatchObject({ registrationId: `${before.tenantId}~2`, refusedExport: null, deletingSince: null });
    expect((await rowsOf(tenant)).size).toBe(0);
    await deleteTenant(direct, tenant.tenantId);
    const again = await writeTenant(await direct.storage.tenants(), newTenant(before), direct.now());
    expect(again.tenant.registrationId).toBe(`${before.tenantId}~3`);
  });

  it('does not show rows of an export that began before the deletion; a later sweep removes them', async () => {
    const before = await registered();
    await deleteTenant(direct, before.tenantId);
    const { tenant } = await writeTenant(await direct.storage.tenants(), newTenant(before), direct.now());
    await exportNow(direct, tenant, [group('new')]);
    // The export read the tenant before it was marked, and writes only now.
    await processExport(direct, before, parseExport({ operations: [group('late', 'smtp:late@contoso.com')] }));
    expect((await rowsOf(before)).size).toBeGreaterThan(0);
    const own = await rowsOf(tenant);
    expect([...own.keys()]).toEqual(['object|new']);

    await sweepQuietly(direct);
    expect((await rowsOf(before)).size).toBeGreaterThan(0);
    expect(await lateRegistrations()).toContain(before.registrationId);
    await sweepQuietly(later(graceMs + 1000));
    expect((await rowsOf(before)).size).toBe(0);
    expect(await lateRegistrations()).not.toContain(before.registrationId);
    expect(await rowsOf(tenant)).toEqual(own);
  });
});

describe('deleteTenant(), when the connection fails', () => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await startFaultyProxy(azurite.connectionString);
  });
  afterAll(() => proxy.stop());

  it.each(['cut', 'loseAnswer'] as const)(
    'ends in the same state when it is sent again, whichever request failed (%s)',
    async (fault) => {
      const faulty = servicesWithoutRetries(proxy.connectionString);
      proxy.failWhere(() => 'pass');
      await faulty.storage.tenants();
      const other = await registered();
      const untouched = await rowsOf(other);
      let isComplete = false;
      for (let at = 1; !isComplete; at++) {
        proxy.failWhere(() => 'pass');
        const tenant = await registered();
        const whole = await rowsOf(tenant);
        proxy.failWhere((number) => (number === at ? fault : 'pass'));
        const isDone = await deleteTenant(faulty, tenant.tenantId).then(
          () => true,
          () => false,
        );
        isComplete = proxy.seen() < at;
        const left = await storedTenant(tenant);
        // Either nothing has changed, or only the deletion can continue.
        if (left?.deletingSince === null) expect(await rowsOf(tenant)).toEqual(whole);
        else if (!left) await expectGone(tenant);
        if (left) await deleteTenant(direct, tenant.tenantId);
        expect(isDone && left !== undefined).toBe(false);
        await expectGone(tenant);
        expect(await lateRegistrations()).toContain(tenant.registrationId);
      }
      expect(await rowsOf(other)).toEqual(untouched);
    },
    120_000,
  );
});
