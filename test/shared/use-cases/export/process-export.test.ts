import { describe, expect, it } from 'vitest';
import type { OperationFailure } from '../../../../shared/directory/operation-failure.ts';
import { operationFailureMessage } from '../../../../shared/messages/operation-failures.ts';
import { proxyAddressesOf } from '../../../../shared/directory/objects.ts';
import { findObject } from '../../../../shared/use-cases/queries/find-object.ts';
import { audit, readAll } from '../../../support/audit.ts';
import { withMeanwhile } from '../../../support/meanwhile.ts';
import { exportNow, newTenant, partitionOf, servicesHere } from '../../../support/storage.ts';
import { group, remove, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();

const outcomesOf = ({ results }: Awaited<ReturnType<typeof exportNow>>): string[] =>
  results.map(({ outcome }) => outcome);

describe('processExport()', () => {
  it('leaves consistent rows after every kind of change', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    const exports = [
      [group('g', 'SMTP:joe@contoso.com'), user('j', { userPrincipalName: 'joe@contoso.com', exchangeLicensed: true })],
      [user('k', { userPrincipalName: 'Joe@contoso.com', mail: 'joe@contoso.com', exchangeLicensed: true })],
      [update('k', { displayName: 'Renamed' })],
      [remove('g')],
      [group('n', 'smtp:joe@contoso.com')],
      [remove('j'), remove('k'), user('k', { userPrincipalName: 'joe@contoso.com' })],
      [remove('k'), remove('n')],
      [group('g', 'SMTP:joe@contoso.com')],
    ];
    for (const operations of exports) {
      await exportNow(services, tenant, operations);
      expect(await audit(partition)).toEqual([]);
    }
  });

  it('writes no row for the same export again', async () => {
    const tenant = newTenant();
    const operations = [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com'), user('c')];
    await exportNow(services, tenant, operations);
    const again = await exportNow(services, tenant, operations);
    expect(outcomesOf(again)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(again.counts).toMatchObject({ transactions: 0, rowsWritten: 0 });
  });

  it('divides a large exchange into steps that each fit a transaction, even if an object begins to wait for a vacant value', async () => {
    const tenant = newTenant();
    const addresses = (name: string): string[] => Array.from({ length: 55 }, (_, n) => `smtp:${name}${n}@contoso.com`);
    await exportNow(services, tenant, [
      group('c', 'smtp:of-c@contoso.com', ...addresses('y')),
      group('e', 'smtp:for-a@contoso.com', 'smtp:of-e@contoso.com', ...addresses('x')),
    ]);
    // c and e exchange addresses, and c vacates first. Its value is for a, and e waits for it before a holds it.
    const { results } = await exportNow(services, tenant, [
      group('a', 'smtp:for-a@contoso.com', ...addresses('y')),
      group('e', 'smtp:of-c@contoso.com', ...addresses('y')),
      group('c', 'smtp:of-e@contoso.com', ...addresses('x')),
    ]);
    expect(results.map(({ object }) => object?.quarantined.length)).toEqual([0, 55, 0]);
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
  });

  it('keeps every event of a value and object, even of the same millisecond or after the clock is set back', async () => {
    const tenant = newTenant();
    const moment = new Date('2026-11-16T08:00:00.000Z');
    const earlier = new Date(moment.getTime() - 1);
    const at = (now: Date) => ({ ...services, now: () => now });
    await exportNow(at(moment), tenant, [group('a', 'smtp:x@contoso.com')]);
    for (const now of [moment, moment, earlier, moment]) {
      await exportNow(at(now), tenant, [group('b', 'smtp:x@contoso.com')]);
      await exportNow(at(now), tenant, [group('b')]);
    }
    await exportNow(at(earlier), tenant, [group('b', 'smtp:x@contoso.com')]);
    const partition = await partitionOf(services, tenant);
    const events = [...(await readAll(partition)).values()].filter(({ rowKey }) => rowKey.startsWith('history|'));
    expect(events.map(({ event }) => event).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'quarantined'),
      ...Array.from({ length: 4 }, () => 'withdrawn'),
    ]);
    expect(await audit(partition)).toEqual([]);
  });

  it('names the holder in a provisioning error', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('a', 'smtp:x@contoso.com')]);
    const { results, errorsOf } = await exportNow(services, tenant, [group('b', 'smtp:x@contoso.com')]);
    const object = results[0]?.object;
    expect(object && errorsOf(object)).toMatchObject([
      { heldBy: { displayName: 'Group a', attribute: 'proxyAddresses' }, object: { displayName: 'Group b' } },
    ]);
  });

  it('names the type and the display name of the holder of an address of another type', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('a', 'X500:/o=Contoso/cn=Joe')]);
    const { results } = await exportNow(services, tenant, [group('b', 'x500:/o=Contoso/cn=Joe')]);
    const failure = results[0]?.failure as OperationFailure;
    expect(operationFailureMessage(failure)).toContain(
      '"x500:/o=Contoso/cn=Joe" must be unique, and group "Group a" holds it',
    );
  });

  it.each([
    ['separators and escapes', "a|b!c%2F'd{e}@contoso.com"],
    ['slashes and hashes', 'a/b#c?d@contoso.com'],
    ['other scripts', 'jürgen.žižek.日本@contoso.com'],
    ['reserved characters of URLs', 'a&b=c+d$e@contoso.com'],
    ['a length beyond a key', `${'/'.repeat(200)}@contoso.com`],
  ])('stores and finds addresses with %s', async (_, address) => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    const anchor = "A/b+c=='|#?%41{x}";
    await exportNow(services, tenant, [group(anchor, `smtp:${address}`)]);
    await exportNow(services, tenant, [group('b', `SMTP:${address.toUpperCase()}`)]);
    expect(await audit(partition)).toEqual([]);
    const { object, contested } = await findObject(partition, anchor);
    expect(proxyAddressesOf(object)).toEqual([`smtp:${address}`]);
    expect(contested).toMatchObject([{ propertyValue: `smtp:${address}`, waiting: [{ displayName: 'Group b' }] }]);
  });

  it('adds an object with 400 addresses, changes 350 of them, and deletes it', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    const addresses = (from: number): string[] => [
      'SMTP:primary@contoso.com',
      ...Array.from({ length: 399 }, (_, n) => `smtp:alias${from + n}@contoso.com`),
    ];
    const first = await exportNow(services, tenant, [group('big', ...addresses(0))]);
    expect(outcomesOf(first)).toEqual(['created']);
    expect(await audit(partition)).toEqual([]);

    await exportNow(services, tenant, [group('rival', 'smtp:alias500@contoso.com')]);
    const second = await exportNow(services, tenant, [group('big', ...addresses(350))]);
    expect(outcomesOf(second)).toEqual(['updated']);
    expect(second.results[0]?.newlyQuarantined).toHaveLength(1);
    expect(await audit(partition)).toEqual([]);
    const { object } = await findObject(partition, 'big');
    expect(proxyAddressesOf(object)).toEqual(addresses(350).filter((address) => !address.includes('alias500@')));

    expect(outcomesOf(await exportNow(services, tenant, [remove('big')]))).toEqual(['deleted']);
    expect(await audit(partition)).toEqual([]);
  });

  it('records one release of an address that an object gets during a change of many addresses', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    const many = (name: string) => Array.from({ length: 60 }, (_, n) => `smtp:${name}${n}@contoso.com`);
    await exportNow(services, tenant, [
      group('h', 'smtp:x@contoso.com'),
      group('a', 'smtp:x@contoso.com', ...many('b')),
    ]);
    await exportNow(services, tenant, [group('h'), group('a', 'smtp:x@contoso.com', ...many('c'))]);
    expect(await audit(partition)).toEqual([]);
    const history = [...(await readAll(partition)).values()].filter(({ rowKey }) => rowKey.startsWith('history|'));
    expect(history.map(({ event }) => event)).toEqual(['released', 'quarantined']);
  });

  it('shows the present spelling of addresses in existing errors, if more change than one transaction holds', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    const many = (name: string) => Array.from({ length: 110 }, (_, n) => `smtp:${name}${n}@contoso.com`);
    await exportNow(services, tenant, [group('holder', ...many('h')), group('waiter', ...many('h'))]);
    await exportNow(services, tenant, [group('waiter', ...many('H'))]);
    expect(await audit(partition)).toEqual([]);
    const errors = [...(await readAll(partition)).values()].filter(({ rowKey }) => rowKey.startsWith('error|'));
    expect(errors.map(({ propertyValue }) => propertyValue as string).sort()).toEqual(many('H').sort());
  });

  it('rotates the UPNs of more users than one transaction holds', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    const count = 150;
    const users = (shift: number) =>
      Array.from({ length: count }, (_, n) =>
        user(`u${n}`, { userPrincipalName: `name${(n + shift) % count}@contoso.com`, exchangeLicensed: true }),
      );
    await exportNow(services, tenant, users(0));
    const rotated = await exportNow(services, tenant, users(1));
    expect(new Set(outcomesOf(rotated))).toEqual(new Set(['updated']));
    expect(await audit(partition)).toEqual([]);
    const { object } = await findObject(partition, 'u149');
    expect(object).toMatchObject({
      placeholder: null,
      quarantined: [],
      exported: { userPrincipalName: 'name0@contoso.com' },
    });
  });

  it('writes 10,000 new users in at most 1.15 transactions per 100 rows, and nothing when they are sent again', async () => {
    const tenant = newTenant();
    const users = Array.from({ length: 10_000 }, (_, n) =>
      user(`u${n}`, { proxyAddresses: [`SMTP:user${n}@contoso.com`, `smtp:alias${n}@contoso.com`] }),
    );
    const { counts } = await exportNow(services, tenant, users);
    expect(counts.rowsWritten).toBe(40_000);
    expect(counts.transactions).toBeLessThanOrEqual((40_000 / 100) * 1.15);
    const again = await exportNow(services, tenant, users);
    expect(again.counts.rowsWritten).toBe(0);
    expect(again.results.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
  });

  it('needs at most linearly more requests if many objects desire one value', async () => {
    const requestsFor = async (count: number): Promise<number> => {
      const tenant = newTenant();
      const twins = Array.from({ length: count }, (_, n) => group(`g${n}`, 'smtp:hot@contoso.com'));
      const { counts } = await exportNow(services, tenant, twins);
      expect(await audit(await partitionOf(services, tenant))).toEqual([]);
      return counts.requests;
    };
    const [few, many] = [await requestsFor(300), await requestsFor(600)];
    expect(many / few).toBeLessThanOrEqual(2.3);
  });

  it('leaves one holder of each value when exports race for the same values', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        exportNow(services, tenant, [
          user(`u${n}`, { userPrincipalName: 'hot@contoso.com', proxyAddresses: ['SMTP:hot@contoso.com'] }),
          group(`g${n}`, 'smtp:hot@contoso.com', 'smtp:warm@contoso.com'),
        ]),
      ),
    );
    expect(await audit(partition)).toEqual([]);
    const objects = [...(await readAll(partition)).keys()].filter((rowKey) => rowKey.startsWith('object|'));
    expect(objects).toHaveLength(16);
  });

  it('plans again if another export creates the object between the reads of its row and its values', async () => {
    const tenant = newTenant();
    const joe = user('joe', { userPrincipalName: 'joe@contoso.com', exchangeLicensed: true });
    const racing = withMeanwhile(services, 'value|', () => exportNow(services, tenant, [joe]));
    const { results } = await exportNow(racing, tenant, [{ ...joe, displayName: 'Joe' }]);
    expect(results).toMatchObject([{ outcome: 'updated', newlyQuarantined: [] }]);
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
  });

  it('plans again if the object no longer waits when the row of the value is read', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    const racing = withMeanwhile(services, 'value|', () => exportNow(services, tenant, [group('b')]));
    const { results } = await exportNow(racing, tenant, [group('b', 'smtp:y@contoso.com')]);
    expect(results).toMatchObject([{ outcome: 'updated' }]);
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
  });

  it('plans a cluster of several transactions again if one of them does not match the rows that were read', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    const racing = withMeanwhile(services, 'value|', () => exportNow(services, tenant, [group('b')]));
    const many = Array.from({ length: 120 }, (_, n) => `smtp:c${n}@contoso.com`);
    const { results } = await exportNow(racing, tenant, [group('b'), group('c', ...many, 'smtp:x@contoso.com')]);
    expect(results).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'created' }]);
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
  });

  it('does not refuse an operation because its own object, created in the meantime, holds the address', async () => {
    const tenant = newTenant();
    const racing = withMeanwhile(services, 'value|', () => exportNow(services, tenant, [group('a', 'X500:/o=x')]));
    const { results } = await exportNow(racing, tenant, [group('a', 'X500:/o=x')]);
    expect(results).toMatchObject([{ outcome: 'unchanged' }]);
  });
});
