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
import { markDeleting, readTenant, type Tenant, writeTenant } from '../../../../shared/store/tenants.ts';
import { readWeekMail, writeWeekMail } from '../../../../shared/store/week-mails.ts';
import { readAll } from '../../../support/audit.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { exportNow, newTenant, servicesHere, servicesWithoutRetries } from '../../../support/storage.ts';
import { group, remove, user } from '../../directory/fixtures.ts';

// A storage of its own: a sweep is of all tenants, and other tests have theirs.
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

/** A tenant with rows of every kind that stays: objects, values, errors, vacancies, history, a failure, and a mail. */
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
const standing = async ({ tenantId }: Tenant): Promise<Tenant | undefined> =>
  readTenant(await direct.storage.tenants(), tenantId);
async function remains(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { registrationId } of readRemovedRegistrations(await direct.storage.tenants()))
    ids.push(registrationId);
  return ids;
}

async function expectGone(tenant: Tenant): Promise<void> {
  expect(await standing(tenant)).toBeUndefined();
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

describe('deleteTenant', () => {
  it('removes the tenant with all its rows and mails, and nothing of another', async () => {
    const [tenant, other] = [await registered(), await registered()];
    const before = await rowsOf(other);
    expect([...new Set([...before.keys()].map((key) => key.split('|')[0]))]).toEqual(
      expect.arrayContaining(['object', 'value', 'error', 'vacated', 'history', 'failure']),
    );
    expect(await deleteTenant(direct, tenant.tenantId)).toEqual({ status: 'deleted' });
    await expectGone(tenant);
    expect(await rowsOf(other)).toEqual(before);
    expect(await readWeekMail(await direct.storage.tenants(), week, other.registrationId)).toBeDefined();
    expect(await standing(other)).toMatchObject({ deletingSince: null });
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

  it('does not know a tenant that was never registered, or is deleted', async () => {
    const tenant = await registered();
    await expect(deleteTenant(direct, 'never')).rejects.toMatchObject({ code: 'TenantNotFound' });
    await deleteTenant(direct, tenant.tenantId);
    await expect(deleteTenant(direct, tenant.tenantId)).rejects.toMatchObject({ code: 'TenantNotFound' });
  });

  it('does no harm twice at once', async () => {
    const tenant = await registered();
    const marked = await markDeleting(await direct.storage.tenants(), tenant.tenantId, new Date());
    const both = await Promise.all([1, 2].map(() => completeDeletion(direct, marked ?? tenant)));
    expect(both).toEqual([{ status: 'deleted' }, { status: 'deleted' }]);
    await expectGone(tenant);
  });

  it('stops when its time is up, and says that it is not done', async () => {
    const tenant = await registered();
    let now = Date.now();
    const slow = { ...direct, now: () => new Date((now += 200_000)) };
    expect(await deleteTenant(slow, tenant.tenantId)).toEqual({ status: 'deleting' });
    expect(await standing(tenant)).toMatchObject({ deletingSince: expect.any(String) as string });
    expect(await deleteTenant(direct, tenant.tenantId)).toEqual({ status: 'deleted' });
    await expectGone(tenant);
  });

  it('waits with the last look for longer than a function may run', () => {
    const host = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../host.json'), 'utf8')) as {
      functionTimeout: string;
    };
    const [hours = 0, minutes = 0, seconds = 0] = host.functionTimeout.split(':').map(Number);
    expect(graceMs).toBeGreaterThanOrEqual(((hours * 60 + minutes) * 60 + seconds) * 1000 + 60_000);
  });
});

describe('a tenant that is being deleted', () => {
  it('takes no export, no sweep, no mail and no registration any more', async () => {
    const tenant = await registered();
    await markDeleting(await direct.storage.tenants(), tenant.tenantId, new Date());
    const refused = { code: 'TenantBeingDeleted' };
    await expect(findTenant(direct, tenant.tenantId)).rejects.toMatchObject(refused);
    const { tenantId: _, ...registration } = newTenant();
    await expect(putTenant(direct, tenant.tenantId, registration)).rejects.toMatchObject(refused);
  });

  it('is deleted by the next sweep', async () => {
    const tenant = await registered();
    await markDeleting(await direct.storage.tenants(), tenant.tenantId, new Date());
    await sweepQuietly(direct);
    await expectGone(tenant);
  });
});

describe('a tenant that is registered again under the id of one that was deleted', () => {
  it('has nothing of it, and a partition of its own', async () => {
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

  it('sees nothing of an export that began before the deletion, whose rows a later sweep removes', async () => {
    const before = await registered();
    await deleteTenant(direct, before.tenantId);
    const { tenant } = await writeTenant(await direct.storage.tenants(), newTenant(before), direct.now());
    await exportNow(direct, tenant, [group('new')]);
    // It has read the tenant before that was marked, and writes only now.
    await processExport(direct, before, parseExport({ operations: [group('late', 'smtp:late@contoso.com')] }));
    expect((await rowsOf(before)).size).toBeGreaterThan(0);
    const own = await rowsOf(tenant);
    expect([...own.keys()]).toEqual(['object|new']);

    await sweepQuietly(direct);
    expect((await rowsOf(before)).size).toBeGreaterThan(0);
    expect(await remains()).toContain(before.registrationId);
    await sweepQuietly(later(graceMs + 1000));
    expect((await rowsOf(before)).size).toBe(0);
    expect(await remains()).not.toContain(before.registrationId);
    expect(await rowsOf(tenant)).toEqual(own);
  });
});

describe('deleteTenant, when the connection fails', () => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await startFaultyProxy(azurite.connectionString);
  });
  afterAll(() => proxy.stop());

  it.each(['cut', 'loseAnswer'] as const)(
    'ends, sent again, as if it had run through, whichever request it was (%s)',
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
        const left = await standing(tenant);
        // Either nothing has happened, or nothing but the deletion can happen any more.
        if (left?.deletingSince === null) expect(await rowsOf(tenant)).toEqual(whole);
        else if (!left) await expectGone(tenant);
        if (left) await deleteTenant(direct, tenant.tenantId);
        expect(isDone && left !== undefined).toBe(false);
        await expectGone(tenant);
        expect(await remains()).toContain(tenant.registrationId);
      }
      expect(await rowsOf(other)).toEqual(untouched);
    },
    120_000,
  );
});
