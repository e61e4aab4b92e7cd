import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxyAddressesOf } from '../../../../shared/directory/objects.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { auditPartition } from '../../../../shared/use-cases/audit/audit-tenant.ts';
import { findObject } from '../../../../shared/use-cases/queries/find-object.ts';
import type { Services } from '../../../../shared/services.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { audit, readAll } from '../../../support/audit.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { exportNow, newTenant, partitionOf, servicesHere, servicesWithoutRetries } from '../../../support/storage.ts';
import { group, remove, update, user } from '../../directory/fixtures.ts';

const direct = servicesHere();
let proxy: FaultyProxy;

beforeAll(async () => {
  proxy = await startFaultyProxy();
});
afterAll(() => proxy.stop());

const many = Array.from({ length: 60 }, (_, n) => `smtp:m${n}@contoso.com`);

const before: readonly Operation[] = [
  group('giver', 'smtp:moved@contoso.com', 'smtp:kept@contoso.com'),
  group('taker'),
  group('gone', 'smtp:gone@contoso.com'),
  group('waiter', 'smtp:kept@contoso.com'),
];
const operations: readonly Operation[] = [
  group('taker', 'smtp:moved@contoso.com'),
  update('giver', { proxyAddresses: ['smtp:kept@contoso.com'] }),
  remove('gone'),
  user('joe', { userPrincipalName: 'joe@contoso.com', exchangeLicensed: true }),
  user('twin', { userPrincipalName: 'joe@contoso.com', exchangeLicensed: true }),
  group('large', 'SMTP:large@contoso.com', 'smtp:kept@contoso.com', ...many),
];

async function prepared(): Promise<Tenant> {
  const tenant = newTenant();
  await exportNow(direct, tenant, before);
  return tenant;
}

async function expectComplete(tenant: Tenant): Promise<void> {
  const partition = await partitionOf(direct, tenant);
  expect(await audit(partition)).toEqual([]);
  const addresses = async (anchor: string) => proxyAddressesOf((await findObject(partition, anchor)).object);
  expect(await addresses('taker')).toEqual(['smtp:moved@contoso.com']);
  expect(await addresses('giver')).toEqual(['smtp:kept@contoso.com']);
  expect(await addresses('large')).toEqual(['SMTP:large@contoso.com', ...many]);
  expect((await findObject(partition, 'twin')).errors).toMatchObject([{ heldBy: { sourceAnchor: 'joe' } }]);
  expect((await findObject(partition, 'large')).errors).toMatchObject([{ heldBy: { sourceAnchor: 'giver' } }]);
}

async function viaProxy(services: Services): Promise<Services> {
  proxy.failWhere(() => 'pass');
  await services.storage.tenants();
  return services;
}

describe('processExport(), when the connection fails', () => {
  it.each(['cut', 'loseAnswer'] as const)(
    'ends in the same state when it is sent again, whichever write failed (%s)',
    async (fault) => {
      const faulty = await viaProxy(servicesWithoutRetries(proxy.connectionString));
      let isComplete = false;
      for (let at = 1; !isComplete; at++) {
        const tenant = await prepared();
        proxy.failWhere((number) => (number === at ? fault : 'pass'), 'writes');
        await exportNow(faulty, tenant, operations).catch(() => undefined);
        isComplete = proxy.seen() < at;
        expect(await audit(await partitionOf(direct, tenant))).toEqual([]);
        await exportNow(direct, tenant, operations);
        await expectComplete(tenant);
      }
    },
    60_000,
  );

  it.each([
    ['reverts the rename', { displayName: 'Old' }],
    ['changes another attribute', { displayName: 'Old', attributes: { city: 'Bonn' } }],
  ])(
    'shows the present object in all its errors after a rename was interrupted and the next export %s',
    async (_, next) => {
      const faulty = await viaProxy(servicesWithoutRetries(proxy.connectionString));
      const addresses = Array.from({ length: 110 }, (_, n) => `smtp:h${n}@contoso.com`);
      let isComplete = false;
      for (let at = 1; !isComplete; at++) {
        const tenant = newTenant();
        await exportNow(direct, tenant, [
          group('holder', ...addresses),
          { ...group('waiter', ...addresses), displayName: 'Old' },
        ]);
        proxy.failWhere((number) => (number === at ? 'cut' : 'pass'), 'writes');
        await exportNow(faulty, tenant, [update('waiter', { displayName: 'New' })]).catch(() => undefined);
        isComplete = proxy.seen() < at;
        await exportNow(direct, tenant, [update('waiter', next)]);
        const partition = await partitionOf(direct, tenant);
        const errors = [...(await readAll(partition)).values()].filter(({ rowKey }) => rowKey.startsWith('error|'));
        const names = errors.map(({ displayName }) => displayName as string);
        expect([at, [...new Set(names)], names.length]).toEqual([at, ['Old'], 110]);
        const audited = await auditPartition(partition, { repairId: 'test', now: new Date() });
        expect(audited).toMatchObject({ findings: [], unfinished: [] });
      }
    },
    60_000,
  );

  it('reports each result once, even if the answer to any write is lost', async () => {
    const retrying = await viaProxy(servicesHere(proxy.connectionString));
    let isComplete = false;
    for (let at = 1; !isComplete; at++) {
      const tenant = await prepared();
      proxy.failWhere((number) => (number === at ? 'loseAnswer' : 'pass'), 'writes');
      const { results } = await exportNow(retrying, tenant, operations);
      isComplete = proxy.seen() <= at;
      const told = results.map(({ outcome, newlyQuarantined }) => `${outcome} ${newlyQuarantined.length}`);
      expect(told).toEqual(['updated 0', 'updated 0', 'deleted 0', 'created 0', 'created 1', 'created 1']);
      await expectComplete(tenant);
    }
  }, 60_000);
});
