import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxyAddressesOf, userPrincipalNameOf } from '../../../../shared/directory/objects.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { findObject } from '../../../../shared/use-cases/queries/find-object.ts';
import { repairTenant } from '../../../../shared/use-cases/audit/repair-tenant.ts';
import { refuseUnfinished, sweepTenant } from '../../../../shared/use-cases/sweep/sweep-tenant.ts';
import { keysFrom } from '../../../../shared/store/keys.ts';
import { type Partition, readPages } from '../../../../shared/store/partition.ts';
import { historyFromRow, type PastEvent } from '../../../../shared/store/history-row.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { audit, readAll } from '../../../support/audit.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { exportNow, newTenant, partitionOf, servicesHere, servicesWithoutRetries } from '../../../support/storage.ts';
import { waitForPlaceholderAsBefore, writeAsBefore } from '../../../support/earlier-rows.ts';
import { contact, group, remove, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();

/** Creates a tenant and sends it exports, one after the other. */
async function tenantWith(
  exports: readonly (readonly Operation[])[],
  rest: Partial<Tenant> = {},
): Promise<{ tenant: Tenant; partition: Partition }> {
  const tenant = newTenant(rest);
  for (const operations of exports) await exportNow(services, tenant, operations);
  return { tenant, partition: await partitionOf(services, tenant) };
}

const sweep = ({ registrationId }: Tenant) => sweepTenant(services, registrationId);

async function addressesOf(partition: Partition, sourceAnchor: string): Promise<readonly string[]> {
  return proxyAddressesOf((await findObject(partition, sourceAnchor)).object);
}

async function historyOf(partition: Partition): Promise<PastEvent[]> {
  const events: PastEvent[] = [];
  for await (const page of readPages(partition, keysFrom('history|'))) events.push(...page.map(historyFromRow));
  return events;
}

const twin = (anchor: string, rest = {}) => user(anchor, { userPrincipalName: 'x@contoso.com', ...rest });
const alias = 'smtp:x@contoso.com';

describe('sweepTenant()', () => {
  it('releases a vacant value to the object that has waited longest; the others keep waiting', async () => {
    const { tenant, partition } = await tenantWith([
      [group('a', alias)],
      [group('second', alias)],
      [group('third', alias)],
      [remove('a')],
    ]);
    const { released } = await sweep(tenant);
    expect(released).toMatchObject([
      { propertyName: 'ProxyAddresses', propertyValue: alias, sourceAnchor: 'second', from: { sourceAnchor: 'a' } },
    ]);
    expect(await addressesOf(partition, 'second')).toEqual([alias]);
    const { errors } = await findObject(partition, 'third');
    expect(errors).toMatchObject([{ heldBy: { sourceAnchor: 'second' } }]);
    expect(await audit(partition)).toEqual([]);
  });

  it('releases a value to the first of the objects that one export quarantined, by its order', async () => {
    const others = Array.from({ length: 11 }, (_, n) => group(`other-${n}`, `smtp:other-${n}@contoso.com`));
    const { tenant } = await tenantWith([
      [group('h', alias)],
      // As text, 12 would come before 2.
      [user('first'), group('z', alias), ...others, group('A/', alias), group('A+', alias)],
      [remove('h')],
    ]);
    const order: string[] = [];
    for (;;) {
      const [release] = (await sweep(tenant)).released;
      if (!release) break;
      order.push(release.sourceAnchor);
      await exportNow(services, tenant, [remove(release.sourceAnchor)]);
    }
    expect(order).toEqual(['z', 'A/', 'A+']);
  });

  it('orders objects without a place, as an earlier version wrote them, by time and anchor', async () => {
    const { tenant, partition } = await tenantWith([
      [group('h', alias)],
      [group('z', alias), group('y', alias)],
      [group('a', alias)],
      [remove('h')],
    ]);
    await writeAsBefore(partition, ['z', 'y', 'a']);
    expect(await audit(partition)).toEqual([]);
    expect((await sweep(tenant)).released).toMatchObject([{ sourceAnchor: 'y' }]);
    expect(await audit(partition)).toEqual([]);
  });

  it('releases a primary address as the primary, in its original position', async () => {
    const { tenant, partition } = await tenantWith([
      [group('a', alias)],
      [group('b', 'smtp:b@contoso.com', 'SMTP:X@contoso.com')],
      [remove('a')],
    ]);
    await sweep(tenant);
    expect(await addressesOf(partition, 'b')).toEqual(['SMTP:X@contoso.com', 'smtp:b@contoso.com']);
  });

  it('releases the UPN of a licensed user, and vacates the placeholder and its address', async () => {
    const { tenant, partition } = await tenantWith([
      [twin('a')],
      [twin('b', { exchangeLicensed: true })],
      [remove('a')],
    ]);
    await sweep(tenant);
    const { object } = await findObject(partition, 'b');
    expect(userPrincipalNameOf(object)).toBe('x@contoso.com');
    expect(proxyAddressesOf(object)).toEqual([alias]);
    expect(await audit(partition)).toEqual([]);
    const values = [...(await readAll(partition)).keys()].filter((key) => key.startsWith('value|'));
    expect(values).toEqual(['value|proxy|x@contoso.com', 'value|upn|x@contoso.com']);
  });

  it('quarantines the address that a licensed user gets with its UPN if another object holds it', async () => {
    const { tenant, partition } = await tenantWith([
      [twin('a'), group('g', alias)],
      [twin('b', { exchangeLicensed: true })],
      [remove('a')],
    ]);
    await sweep(tenant);
    const { object, errors } = await findObject(partition, 'b');
    expect(userPrincipalNameOf(object)).toBe('x@contoso.com');
    expect(errors).toMatchObject([{ propertyValue: alias, heldBy: { sourceAnchor: 'g' } }]);
    expect(await audit(partition)).toEqual([]);
  });

  it('releases the UPN of a user that became licensed while another object held the address of its placeholder', async () => {
    const { tenant, partition } = await tenantWith([[twin('h')], [twin('b'), user('other')]]);
    const placeholder = userPrincipalNameOf((await findObject(partition, 'b')).object) ?? '';
    await exportNow(services, tenant, [contact('z', `smtp:${placeholder}`)]);
    await exportNow(services, tenant, [update('b', { exchangeLicensed: true }), remove('h')]);
    const { object } = await findObject(partition, 'b');
    expect(userPrincipalNameOf(object)).toBe('x@contoso.com');

    await exportNow(services, tenant, [update('b', { exchangeLicensed: false })]);
    await exportNow(services, tenant, [twin('w')]);
    const second = userPrincipalNameOf((await findObject(partition, 'w')).object) ?? '';
    await exportNow(services, tenant, [update('z', { proxyAddresses: [`smtp:${second}`] })]);
    await exportNow(services, tenant, [update('w', { exchangeLicensed: true })]);
    const waiting = (await findObject(partition, 'w')).object;
    expect(waiting.quarantined.map(({ propertyValue }) => propertyValue)).toEqual(['x@contoso.com']);
    expect(userPrincipalNameOf(waiting)).not.toBe(second);
    await exportNow(services, tenant, [remove('b')]);
    expect(await sweep(tenant)).toMatchObject({ released: [{ sourceAnchor: 'w' }], left: [] });
    expect(await audit(partition)).toEqual([]);
  });

  it('completes a chain in one sweep: a user that gets its UPN no longer waits for the address of its placeholder', async () => {
    const { tenant, partition } = await tenantWith([
      [twin('h')],
      [twin('b', { exchangeLicensed: true })],
      [group('c', 'smtp:c@contoso.com')],
    ]);
    const placeholder = userPrincipalNameOf((await findObject(partition, 'b')).object) ?? '';
    await waitForPlaceholderAsBefore(partition, { user: 'b', holder: 'c', placeholder });
    expect((await audit(partition)).map((finding) => finding.split(' ')[0])).toEqual(['PlaceholderAwaited']);
    await exportNow(services, tenant, [remove('h')]);

    const { released, left } = await sweep(tenant);
    expect(released).toMatchObject([{ propertyName: 'UserPrincipalName', sourceAnchor: 'b' }]);
    expect(left).toEqual([]);
    const { object } = await findObject(partition, 'b');
    expect([userPrincipalNameOf(object), object.quarantined]).toEqual(['x@contoso.com', []]);
    expect(await audit(partition)).toEqual([]);
  });

  it('tries again and then reports a value whose waiting object is not found', async () => {
    const { tenant, partition } = await tenantWith([[group('a', alias)], [group('b', alias)], [remove('a')]]);
    const [error] = [...(await readAll(partition)).keys()].filter((rowKey) => rowKey.startsWith('error|'));
    await partition.table.deleteEntity(tenant.registrationId, error ?? '');
    const swept = await sweep(tenant);
    expect(swept).toMatchObject({ released: [], left: ['smtp|x@contoso.com'] });
    expect(() => refuseUnfinished(swept)).toThrow(/1 vacant values .* the first is "x@contoso.com"/);
    await repairTenant(services, tenant.registrationId, () => undefined);
    expect(await sweep(tenant)).toMatchObject({ released: [{ sourceAnchor: 'b' }], left: [] });
  });

  it('removes the rows of deleted objects, and of values that no object desires', async () => {
    const { tenant, partition } = await tenantWith([
      [group('a', 'smtp:a@contoso.com', 'smtp:b@contoso.com'), user('b')],
      [remove('a'), remove('b')],
    ]);
    await sweep(tenant);
    expect([...(await readAll(partition)).keys()]).toEqual([]);
  });

  it('names no holder from the moment a value is vacated until the sweep (4.11)', async () => {
    const { partition } = await tenantWith([[group('a', alias)], [group('b', alias)], [remove('a')]]);
    const { errors } = await findObject(partition, 'b');
    expect(errors).toMatchObject([{ heldBy: null }]);
  });

  it('records quarantines, releases and withdrawals in the history, newest first', async () => {
    const { tenant, partition } = await tenantWith([
      [group('a', alias)],
      [group('b', alias)],
      [group('c', alias)],
      [group('c')],
      [remove('a')],
    ]);
    const { sweepId } = await sweep(tenant);
    const history = await historyOf(partition);
    expect(history.map(({ event, object }) => `${event} ${object.sourceAnchor}`)).toEqual([
      'released b',
      'withdrawn c',
      'quarantined c',
      'quarantined b',
    ]);
    expect(history[3]).toMatchObject({ from: { sourceAnchor: 'a', displayName: 'Group a' }, by: { kind: 'export' } });
    expect(history[0]).toMatchObject({
      propertyValue: alias,
      from: { sourceAnchor: 'a', displayName: 'Group a' },
      by: { kind: 'sweep', runId: sweepId },
    });
  });
});

describe('sweepTenant(), its cost', () => {
  const crowd = 5_000;
  let tenant: Tenant;

  beforeAll(async () => {
    const holders = Array.from({ length: 100 }, (_, n) => group(`h${n}`, `smtp:h${n}@contoso.com`));
    const waiting = Array.from({ length: crowd }, (_, n) => group(`w${n}`, `smtp:h${n % 100}@contoso.com`));
    const twins = Array.from({ length: 40 }, (_, n) => [
      user(`first${n}`, { userPrincipalName: `t${n}@contoso.com` }),
      user(`twin${n}`, { userPrincipalName: `t${n}@contoso.com` }),
    ]).flat();
    ({ tenant } = await tenantWith([[...holders, ...twins], waiting]));
  });

  it('makes one request to storage if no value is vacant, however many are quarantined', async () => {
    expect((await sweep(tenant)).counts.requests).toBe(1);
  });

  it('makes at most 5 n + 5 requests to storage for n vacant values', async () => {
    const freed = Array.from({ length: 40 }, (_, n) => remove(`h${n}`));
    const names = Array.from({ length: 40 }, (_, n) => remove(`first${n}`));
    for (const operations of [freed.slice(0, 1), names.slice(0, 1), freed.slice(1), names.slice(1)]) {
      await exportNow(services, tenant, operations);
      const { released, counts } = await sweep(tenant);
      expect(released).toHaveLength(operations.length);
      expect(counts.requests).toBeLessThanOrEqual(5 * operations.length + 5);
      expect((await sweep(tenant)).counts.requests).toBe(1);
    }
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
  });
});

describe('sweepTenant() with many vacant values', () => {
  const numbers = Array.from({ length: 120 }, (_, n) => String(n).padStart(3, '0'));
  const addressOf = (n: string): string => `smtp:v${n}@contoso.com`;
  const second = numbers.map((n) => group(`second${n}`, addressOf(n)));
  const third = numbers.map((n) => group(`third${n}`, addressOf(n)));

  async function freed(others: readonly Operation[] = []): Promise<Tenant> {
    const { tenant } = await tenantWith([
      [group('holder', 'smtp:v050x@contoso.com', ...numbers.map(addressOf)), ...others],
      second,
      third,
      [update('holder', { proxyAddresses: ['smtp:v050x@contoso.com'] })],
    ]);
    return tenant;
  }

  async function expectTheSecondToHaveThem(tenant: Tenant): Promise<number> {
    const { released, counts } = await sweep(tenant);
    expect(released.map(({ sourceAnchor }) => sourceAnchor).sort()).toEqual(numbers.map((n) => `second${n}`));
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
    return counts.requests - counts.transactions;
  }

  it('finds the longest waiting objects in one scan of the errors', async () => {
    const [vacancies, values, errors, objects] = [1, numbers.length, 1, numbers.length];
    const reads = await expectTheSecondToHaveThem(await freed());
    expect(reads).toBeLessThanOrEqual(vacancies + values + errors + objects + 1);
  });

  it(
    'looks up each value that a scan does not reach because many other objects wait',
    { timeout: 120_000 },
    async () => {
      const crowd = Array.from({ length: 40 * numbers.length }, (_, n) => group(`w${n}`, 'smtp:v050x@contoso.com'));
      const reads = await expectTheSecondToHaveThem(await freed(crowd));
      expect(reads).toBeGreaterThan(2.5 * numbers.length);
    },
  );
});

describe('sweepTenant(), interrupted and simultaneous', () => {
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await startFaultyProxy();
  });
  afterAll(() => proxy.stop());

  const scene: (readonly Operation[])[] = [
    [twin('a', { exchangeLicensed: true }), group('g', 'smtp:y@contoso.com')],
    [twin('b', { exchangeLicensed: true }), group('h', 'smtp:y@contoso.com', alias)],
    [remove('a'), update('g', { proxyAddresses: [] })],
  ];

  /** Returns the state of a tenant that must not differ between runs. */
  async function portrait(partition: Partition): Promise<unknown> {
    const anchors = ['b', 'g', 'h'];
    const views = await Promise.all(anchors.map((anchor) => findObject(partition, anchor)));
    const keys = [...(await readAll(partition)).keys()].filter((key) => !key.startsWith('history|'));
    return {
      addresses: views.map(({ object }) => proxyAddressesOf(object)),
      keys: keys.filter((key) => !key.startsWith('error|')),
    };
  }

  it.each(['cut', 'loseAnswer'] as const)(
    'ends in the same state when it is run again after any request failed (%s)',
    async (fault) => {
      const whole = await tenantWith(scene);
      await sweep(whole.tenant);
      const expected = await portrait(whole.partition);
      const faulty = servicesWithoutRetries(proxy.connectionString);
      proxy.failWhere(() => 'pass');
      await faulty.storage.tenants();
      let isComplete = false;
      for (let at = 1; !isComplete; at++) {
        const { tenant, partition } = await tenantWith(scene);
        proxy.failWhere((number) => (number === at ? fault : 'pass'));
        await sweepTenant(faulty, tenant.registrationId).catch(() => undefined);
        isComplete = proxy.seen() < at;
        await sweep(tenant);
        expect(await audit(partition)).toEqual([]);
        expect(await portrait(partition)).toEqual(expected);
        const releases = (await historyOf(partition)).filter(({ event }) => event === 'released');
        expect(releases).toHaveLength(3);
      }
    },
    120_000,
  );

  it('releases each value exactly once when three sweeps run at the same time', async () => {
    const count = 30;
    const anchors = Array.from({ length: count }, (_, n) => n);
    const { tenant, partition } = await tenantWith([
      anchors.map((n) => group(`h${n}`, `smtp:v${n}@contoso.com`)),
      anchors.map((n) => group(`w${n}`, `smtp:v${n}@contoso.com`)),
      anchors.map((n) => remove(`h${n}`)),
    ]);
    const sweeps = await Promise.all([sweep(tenant), sweep(tenant), sweep(tenant)]);
    const released = sweeps.flatMap((one) => one.released.map(({ sourceAnchor }) => sourceAnchor));
    expect(released.sort()).toEqual(anchors.map((n) => `w${n}`).sort());
    expect(await audit(partition)).toEqual([]);
  });

  it('leaves consistent rows when exports change the same objects at the same time', async () => {
    const anchors = Array.from({ length: 20 }, (_, n) => n);
    const { tenant, partition } = await tenantWith([
      anchors.map((n) => user(`h${n}`, { userPrincipalName: `v${n}@contoso.com`, exchangeLicensed: true })),
      anchors.map((n) => user(`w${n}`, { userPrincipalName: `v${n}@contoso.com`, exchangeLicensed: true })),
      anchors.map((n) => remove(`h${n}`)),
    ]);
    await Promise.all([
      sweep(tenant),
      ...anchors.map((n) =>
        exportNow(services, tenant, [
          n % 3 === 0 ? remove(`w${n}`) : update(`w${n}`, { displayName: `New ${n}` }),
          user(`n${n}`, { userPrincipalName: `v${n}@contoso.com` }),
        ]),
      ),
      sweep(tenant),
    ]);
    expect(await audit(partition)).toEqual([]);
    await sweep(tenant);
    expect(await audit(partition)).toEqual([]);
    const { object } = await findObject(partition, 'w1');
    expect(userPrincipalNameOf(object)).toBe('v1@contoso.com');
  });
});
