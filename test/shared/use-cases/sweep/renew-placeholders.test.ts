import { describe, expect, it } from 'vitest';
import { proxyAddressesOf, userPrincipalNameOf } from '../../../../shared/directory/objects.ts';
import { findObject } from '../../../../shared/use-cases/queries/find-object.ts';
import { renewPlaceholders } from '../../../../shared/use-cases/sweep/renew-placeholders.ts';
import { keysFrom } from '../../../../shared/store/keys.ts';
import { readPages } from '../../../../shared/store/partition.ts';
import { writeTenant } from '../../../../shared/store/write-tenant.ts';
import { readTenant } from '../../../../shared/store/read-tenants.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { audit } from '../../../support/audit.ts';
import { exportNow, newTenant, partitionOf, register, servicesHere } from '../../../support/storage.ts';
import { group, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();
const monday = new Date('2026-11-16T08:00:00.000Z');
const at = (minutes: number) => ({ ...services, now: () => new Date(monday.getTime() + minutes * 60_000) });

const joe = (anchor: string, rest = {}) => user(anchor, { userPrincipalName: 'joe@fabrikam.com', ...rest });

/** Returns the tenant from storage. */
async function stored({ tenantId }: Tenant): Promise<Tenant> {
  return (await readTenant(await services.storage.tenants(), tenantId)) as Tenant;
}

/** Registers a tenant with users on placeholders, and then changes its settings. */
async function changedTenant(operations: Parameters<typeof exportNow>[2], changes: Partial<Tenant>): Promise<Tenant> {
  const tenant = newTenant();
  await register(services, tenant, monday);
  await exportNow(services, tenant, operations);
  await writeTenant(await services.storage.tenants(), { ...tenant, ...changes }, monday);
  return stored(tenant);
}

async function upnOf(tenant: Tenant, sourceAnchor: string): Promise<string | null> {
  return userPrincipalNameOf((await findObject(await partitionOf(services, tenant), sourceAnchor)).object);
}

describe('renewPlaceholders()', () => {
  it.each([
    ['separator', { placeholderSeparator: '' as const }, /^joe\d{4}@contoso\.onmicrosoft\.com$/],
    ['initial domain', { initialDomain: 'fabrikam.onmicrosoft.com' }, /^joe\+\d{4}@fabrikam\.onmicrosoft\.com$/],
  ])('assigns new placeholders to users on a placeholder after the %s changed', async (_, changes, form) => {
    const tenant = await changedTenant(
      [joe('a'), joe('b', { exchangeLicensed: true }), joe('c'), group('g', 'smtp:g@contoso.com')],
      changes,
    );
    expect(await renewPlaceholders(services, tenant)).toBe(2);
    expect(await upnOf(tenant, 'a')).toBe('joe@fabrikam.com');
    const names = [await upnOf(tenant, 'b'), await upnOf(tenant, 'c')];
    expect(names).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
    const partition = await partitionOf(services, tenant);
    const { object, errors } = await findObject(partition, 'b');
    expect(proxyAddressesOf(object)).toEqual([`smtp:${names[0]}`]);
    expect(errors).toMatchObject([{ object: { userPrincipalName: names[0] }, heldBy: { sourceAnchor: 'a' } }]);
    expect(await audit(partition)).toEqual([]);
    expect(await renewPlaceholders(services, await stored(tenant))).toBe(0);
  });

  it('reads and writes nothing if the form did not change', async () => {
    const tenant = await changedTenant([joe('a'), joe('b')], { displayName: 'Contoso' });
    expect(tenant.placeholderRenewal).toBeNull();
    const before = await upnOf(tenant, 'b');
    expect(await renewPlaceholders(services, tenant)).toBe(0);
    expect(await upnOf(tenant, 'b')).toBe(before);
  });

  it('scans again until no old placeholder was found for longer than an export can run', async () => {
    const tenant = await changedTenant([joe('a'), joe('b')], { placeholderSeparator: '' });
    const renewals = [];
    for (const minutes of [0, 1, 10]) {
      await renewPlaceholders(at(minutes), await stored(tenant));
      renewals.push((await stored(tenant)).placeholderRenewal);
    }
    const since = at(1).now().toISOString();
    expect(renewals).toEqual([{ cleanSince: null }, { cleanSince: since }, { cleanSince: since }]);

    // An export that began before the change finishes only now.
    await exportNow(services, { ...tenant, placeholderSeparator: '+' }, [joe('late')]);
    expect(await renewPlaceholders(at(17), await stored(tenant))).toBe(1);
    expect(await upnOf(tenant, 'late')).toMatch(/^joe\d{4}@/);
    for (const minutes of [18, 40]) await renewPlaceholders(at(minutes), await stored(tenant));
    expect((await stored(tenant)).placeholderRenewal).toBeNull();
  });

  it('keeps the renewal pending after a second change during the renewal', async () => {
    const tenant = await changedTenant([joe('a'), joe('b')], { placeholderSeparator: '' });
    await renewPlaceholders(at(0), tenant);
    await renewPlaceholders(at(1), await stored(tenant));
    const beforeChange = await stored(tenant);
    await writeTenant(await services.storage.tenants(), { ...tenant, placeholderSeparator: '+' }, monday);
    await renewPlaceholders(at(30), beforeChange);
    expect((await stored(tenant)).placeholderRenewal).toEqual({ cleanSince: null });
  });

  it('renews at most a thousand placeholders in one sweep, and the rest in the next', async () => {
    const users = Array.from({ length: 1_100 }, (_, n) =>
      user(`u${n}`, { userPrincipalName: `u${n % 550}@fabrikam.com` }),
    );
    const more = users
      .slice(0, 550)
      .map(({ sourceAnchor, userPrincipalName }) =>
        user(`${sourceAnchor}-twin`, { userPrincipalName: userPrincipalName ?? '' }),
      );
    const tenant = await changedTenant([...users, ...more], { placeholderSeparator: '' });
    expect(await renewPlaceholders(services, tenant)).toBe(1_000);
    expect(await renewPlaceholders(services, await stored(tenant))).toBe(100);
    expect(await renewPlaceholders(services, await stored(tenant))).toBe(0);
  });

  it('leaves consistent rows when exports change the same users at the same time', async () => {
    const users = Array.from({ length: 40 }, (_, n) => joe(`u${n}`));
    const tenant = await changedTenant(users, { placeholderSeparator: '' });
    await Promise.all([
      renewPlaceholders(services, tenant),
      exportNow(
        services,
        tenant,
        users.slice(0, 20).map(({ sourceAnchor }) => update(sourceAnchor, { displayName: 'New' })),
      ),
    ]);
    await renewPlaceholders(services, await stored(tenant));
    const partition = await partitionOf(services, tenant);
    expect(await audit(partition)).toEqual([]);
    const names: string[] = [];
    for await (const page of readPages(partition, keysFrom('error|UserPrincipalName|'))) {
      names.push(...page.map(({ userPrincipalName }) => userPrincipalName as string));
    }
    expect(names).toHaveLength(39);
    expect(names.filter((name) => !/^joe\d{4}@/.test(name))).toEqual([]);
  });
});
