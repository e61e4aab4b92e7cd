import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxyAddressesOf } from '../../../shared/directory/objects.ts';
import type { Operation } from '../../../shared/directory/operations.ts';
import { findObject } from '../../../shared/operations/read-object.ts';
import type { Services } from '../../../shared/services.ts';
import type { Tenant } from '../../../shared/store/tenants.ts';
import { audit } from '../../support/audit.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { exportNow, newTenant, partitionOf, servicesHere, servicesWithoutRetries } from '../../support/storage.ts';
import { group, remove, update, user } from '../directory/fixtures.ts';

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

describe('processExport, when the connection fails', () => {
  it.each(['cut', 'loseAnswer'] as const)(
    'ends, sent again, in the same state, whichever write it was (%s)',
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

  it('reports what it did, once, though the answer to any one write was lost', async () => {
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
