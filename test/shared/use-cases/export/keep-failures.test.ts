import { describe, expect, it } from 'vitest';
import { failureFromRow, type StoredFailure } from '../../../../shared/store/failures.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { readAll } from '../../../support/audit.ts';
import { startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { exportNow, newTenant, partitionOf, servicesHere, servicesWithoutRetries } from '../../../support/storage.ts';
import { group, remove, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();
const bad = user('bad', { userPrincipalName: 'no at sign' });
const good = user('bad');

async function failuresOf(tenant: Tenant): Promise<StoredFailure[]> {
  const rows = await readAll(await partitionOf(services, tenant));
  return [...rows].filter(([rowKey]) => rowKey.startsWith('failure|')).map(([, row]) => failureFromRow(row));
}

describe('keepFailures()', () => {
  it('keeps each failed operation and the reason', async () => {
    const tenant = newTenant();
    const { exportId } = await exportNow(services, tenant, [bad, user('fine')]);
    expect(await failuresOf(tenant)).toEqual([
      {
        sourceAnchor: 'bad',
        objectId: null,
        operation: 'add',
        objectType: 'User',
        displayName: 'User bad',
        code: 'IdentityDataValidationFailed',
        message: expect.stringContaining('no at sign') as string,
        since: expect.any(String) as string,
        exportId,
      },
    ]);
  });

  it('writes nothing when the same failure occurs again', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [bad]);
    const before = await failuresOf(tenant);
    const { counts } = await exportNow(services, tenant, [bad]);
    expect(counts.rowsWritten).toBe(0);
    expect(await failuresOf(tenant)).toEqual(before);
  });

  it('updates the message, and keeps the time since which the object fails with this code', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [bad]);
    const [first] = await failuresOf(tenant);
    await exportNow(services, tenant, [user('bad', { userPrincipalName: 'two@at@signs.com' })]);
    expect(await failuresOf(tenant)).toMatchObject([
      { since: first?.since, message: expect.stringContaining('two@at@signs.com') as string },
    ]);
  });

  it.each([
    ['an add that succeeds', [good]],
    ['a delete', [remove('bad')]],
    ['a failure and then a success in one export', [bad, good]],
  ])('removes a failure after %s', async (_, operations) => {
    const tenant = newTenant();
    await exportNow(services, tenant, [bad]);
    await exportNow(services, tenant, operations);
    expect(await failuresOf(tenant)).toEqual([]);
  });

  it('does not change the failures of other objects', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [bad, update('missing', { displayName: 'x' })]);
    await exportNow(services, tenant, [good, user('other')]);
    expect(await failuresOf(tenant)).toMatchObject([{ sourceAnchor: 'missing', code: 'ObjectNotFound' }]);
  });

  it('records the object id and the display name of an object that exists', async () => {
    const tenant = newTenant();
    const { results } = await exportNow(services, tenant, [group('g')]);
    await exportNow(services, tenant, [update('g', { mail: 'no address' })]);
    expect(await failuresOf(tenant)).toMatchObject([{ objectId: results[0]?.objectId, displayName: 'Group g' }]);
  });

  it('does not keep an operation without a valid source anchor', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [user('x'.repeat(60)), { operation: 'add' }]);
    expect(await failuresOf(tenant)).toEqual([]);
  });

  it('keeps a malformed operation, and shortens texts that are too long for a row', async () => {
    const tenant = newTenant();
    const malformed = { operation: 'add', sourceAnchor: 'm', ['x'.repeat(50_000)]: 1 };
    await exportNow(services, tenant, [malformed, user('long', { displayName: 'y'.repeat(300) })]);
    const failures = await failuresOf(tenant);
    expect(failures).toMatchObject([{ displayName: 'y'.repeat(256) }, { operation: null, objectType: null }]);
    expect(failures[1]?.message.length).toBeLessThanOrEqual(2_000);
  });

  it('costs one request for an export without failures, and three transactions for 250 failures', async () => {
    const tenant = newTenant();
    const many = Array.from({ length: 250 }, (_, n) => user(`u${n}`, { userPrincipalName: 'x' }));
    const { counts } = await exportNow(services, tenant, many);
    expect(counts).toMatchObject({ transactions: 3, rowsWritten: 250 });
    expect(await failuresOf(tenant)).toHaveLength(250);
  });

  it('completes when the same export is sent again after storage stopped answering', async () => {
    const proxy = await startFaultyProxy();
    try {
      const faulty = servicesWithoutRetries(proxy.connectionString);
      const tenant = newTenant();
      const operations = [bad, user('fine')];
      await exportNow(faulty, newTenant(), []);
      proxy.failWhere(() => 'pass');
      await exportNow(faulty, newTenant(), operations);
      const requests = proxy.seen();
      proxy.failWhere((number) => (number === requests ? 'cut' : 'pass'));
      await expect(exportNow(faulty, tenant, operations)).rejects.toThrow();
      expect(await failuresOf(tenant)).toEqual([]);
      await exportNow(faulty, tenant, operations);
      expect(await failuresOf(tenant)).toHaveLength(1);
    } finally {
      await proxy.stop();
    }
  });

  it('stays consistent when two exports correct the same objects at the same time', async () => {
    const tenant = newTenant();
    const anchors = Array.from({ length: 40 }, (_, n) => `u${n}`);
    await exportNow(
      services,
      tenant,
      anchors.map((anchor) => user(anchor, { userPrincipalName: 'x' })),
    );
    const mend = (some: readonly string[]) =>
      exportNow(
        services,
        tenant,
        some.map((anchor) => remove(anchor)),
      );
    await Promise.all([mend(anchors), mend(anchors.toReversed()), mend(anchors.slice(0, 20))]);
    expect(await failuresOf(tenant)).toEqual([]);
  });
});
