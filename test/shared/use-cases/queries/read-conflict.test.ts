import { describe, expect, it } from 'vitest';
import { readConflict } from '../../../../shared/use-cases/queries/read-conflict.ts';
import { sweepTenant } from '../../../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { exportNow, newTenant, partitionOf, servicesHere } from '../../../support/storage.ts';
import { group, remove, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();
const x = 'smtp:x@contoso.com';

async function tenantWith(...exports: readonly (readonly unknown[])[]): Promise<Tenant> {
  const tenant = newTenant();
  for (const operations of exports) await exportNow(services, tenant, operations);
  return tenant;
}

async function conflictIn(tenant: Tenant, sourceAnchor: string, propertyValue = x) {
  const propertyName = propertyValue.includes(':') ? 'ProxyAddresses' : 'UserPrincipalName';
  return readConflict(await partitionOf(services, tenant), { propertyName, propertyValue, sourceAnchor });
}

describe('readConflict()', () => {
  it('reads a quarantined value with its holder', async () => {
    const tenant = await tenantWith([group('a', x), group('b', x)]);
    expect(await conflictIn(tenant, 'b')).toMatchObject({
      object: { sourceAnchor: 'b' },
      quarantined: { propertyValue: x },
      holder: { object: { sourceAnchor: 'a' } },
      queue: { count: 1 },
    });
  });

  it.each([
    ['the holder of the value itself', 'a', x],
    ['an object that does not desire the value', 'other', x],
    ['an object that does not exist', 'missing', x],
    ['a value that only the waiting object desires', 'b', 'smtp:b@contoso.com'],
    ['another value of the holder', 'b', 'smtp:a@contoso.com'],
    ['the user principal name of another user', 'b', 'other@contoso.com'],
    ['a vacant value', 'b', 'smtp:vacant@contoso.com'],
    ['a proxy address of another type', 'b', 'x500:/o=a'],
  ])('returns undefined for %s', async (_, sourceAnchor, propertyValue) => {
    const tenant = await tenantWith([
      group('a', x, 'smtp:a@contoso.com', 'x500:/o=a'),
      group('b', x, 'smtp:b@contoso.com'),
      user('other'),
    ]);
    expect(await conflictIn(tenant, sourceAnchor, propertyValue)).toBeUndefined();
  });

  it('returns undefined in a tenant without a conflict, even for a held value', async () => {
    const tenant = await tenantWith([user('a', { proxyAddresses: [x] }), user('b')]);
    for (const sourceAnchor of ['a', 'b', 'nobody']) {
      expect(await conflictIn(tenant, sourceAnchor)).toBeUndefined();
      expect(await conflictIn(tenant, sourceAnchor, 'a@contoso.com')).toBeUndefined();
    }
  });

  it('reads a past conflict from the history, with the present holder', async () => {
    const tenant = await tenantWith([group('a', x), group('b', x)], [remove('a')]);
    await sweepTenant(services, tenant.registrationId);
    const conflict = await conflictIn(tenant, 'b');
    expect(conflict).toMatchObject({ object: { sourceAnchor: 'b' }, holder: { object: { sourceAnchor: 'b' } } });
    expect(conflict?.quarantined).toBeUndefined();
  });

  it('does not name the present holder of a past conflict unless it is in a conflict itself', async () => {
    const tenant = await tenantWith([group('a', x), group('b', x)], [update('b', { proxyAddresses: [] })]);
    expect(await conflictIn(tenant, 'b')).toMatchObject({ object: { sourceAnchor: 'b' }, holder: null });
    // Another object holds the value now, and has never been in a conflict.
    await exportNow(services, tenant, [remove('a'), user('new', { proxyAddresses: [x] })]);
    expect(await conflictIn(tenant, 'b')).toMatchObject({ object: { sourceAnchor: 'b' }, holder: null });
    // While another object waits for the value, its holder is in a conflict.
    await exportNow(services, tenant, [group('c', x)]);
    expect(await conflictIn(tenant, 'b')).toMatchObject({ holder: { object: { sourceAnchor: 'new' } } });
  });

  it('does not show a new object with the anchor of one that was in a conflict', async () => {
    const tenant = await tenantWith([group('a', x), group('b', x)], [remove('b')], [user('b')]);
    const conflict = await conflictIn(tenant, 'b');
    expect(conflict).toMatchObject({ holder: null, queue: { count: 0 } });
    expect(conflict?.object).toBeUndefined();
  });

  it('finds the past conflict of an object after many later events of the same value', async () => {
    const tenant = await tenantWith([group('a', x), group('b', x)], [update('b', { proxyAddresses: [] })]);
    const others = Array.from({ length: 60 }, (_, number) => group(`c${number}`, x));
    await exportNow(services, tenant, others);
    const conflict = await conflictIn(tenant, 'b');
    expect(conflict).toMatchObject({ object: { sourceAnchor: 'b' }, history: { isWhole: false } });
    expect(conflict?.history.events.map(({ object }) => object.sourceAnchor)).not.toContain('b');
    expect(await conflictIn(tenant, 'a')).toBeUndefined();
  });
});
