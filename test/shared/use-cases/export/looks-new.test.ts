import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteOperation } from '../../../../shared/directory/operation.ts';
import { findObject } from '../../../../shared/use-cases/queries/find-object.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { audit } from '../../../support/audit.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { exportNow, newTenant, partitionOf, servicesHere } from '../../../support/storage.ts';
import { group, update, user } from '../../directory/fixtures.ts';
import { registrationIdOf } from '../../../../shared/tenant-id.ts';

const services = servicesHere();
let proxy: FaultyProxy;

beforeAll(async () => {
  proxy = await startFaultyProxy();
});
afterAll(() => proxy.stop());

/** New users with four rows each; `others` replaces the operations at some indexes. */
function users(count: number, others: Readonly<Record<number, WriteOperation>> = {}): WriteOperation[] {
  return Array.from({ length: count }, (_, n) => {
    return others[n] ?? user(`u${n}`, { proxyAddresses: [`SMTP:user${n}@contoso.com`, `smtp:alias${n}@contoso.com`] });
  });
}

async function findings(tenant: Tenant): Promise<readonly unknown[]> {
  return audit(await partitionOf(services, tenant));
}

/** An index that is not in the sample: the sample contains 0, 62, 125, 187 and so on. */
const outsideSample = 30;

describe('looksNew(), in an export of new objects', () => {
  it('avoids reading rows before they are written, except for a sample of the objects', async () => {
    await services.storage.partition(registrationIdOf('opened', 1));
    const tenant = newTenant();
    const { counts, results } = await exportNow(services, tenant, users(1_000));
    expect(counts).toMatchObject({ rowsRead: 0, transactions: 40, requests: 16 + 40 + 1 });
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(await findings(tenant)).toEqual([]);
  });

  it('makes the export read its rows once one of the objects turns out to exist', async () => {
    const tenant = newTenant();
    const first = await exportNow(services, tenant, [user(`u${outsideSample}`, { displayName: 'Before' })]);
    const { results } = await exportNow(services, tenant, users(1_000));
    expect(results.filter(({ outcome }) => outcome !== 'created')).toMatchObject([
      { index: outsideSample, outcome: 'updated', objectId: first.results[0]?.objectId },
    ]);
    expect(await findings(tenant)).toEqual([]);
  });

  it('makes the export read its rows once one of the values turns out to have a holder', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('g', 'smtp:alias30@contoso.com')]);
    const { results } = await exportNow(services, tenant, users(1_000));
    const quarantining = results.filter(({ newlyQuarantined }) => newlyQuarantined.length > 0);
    expect(quarantining).toMatchObject([{ index: outsideSample, outcome: 'created' }]);
    const { errors } = await findObject(await partitionOf(services, tenant), `u${outsideSample}`);
    expect(errors).toMatchObject([{ heldBy: { sourceAnchor: 'g' } }]);
    expect(await findings(tenant)).toEqual([]);
  });

  it('costs at most the transactions in flight if every object conflicts with a stored one', async () => {
    const tenant = newTenant();
    const others = users(200).map((operation) => ({ ...operation, sourceAnchor: `other ${operation.sourceAnchor}` }));
    await exportNow(services, tenant, others);
    const { counts, results } = await exportNow(services, tenant, users(200));
    expect(results.every(({ newlyQuarantined }) => newlyQuarantined.length === 3)).toBe(true);
    const [probes, lost, failures] = [16, 4, 1];
    const [objects, values] = [200, 600];
    const holders = 200;
    const readAndWritten = objects + values + holders + counts.transactions;
    expect(counts.requests).toBeLessThanOrEqual(probes + lost + failures + readAndWritten);
    expect(await findings(tenant)).toEqual([]);
  });

  it('reports a failed operation against the stored object', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('g', 'smtp:g@contoso.com'), group('h', 'X500:/o=h')]);
    const others = {
      5: { operation: 'add', sourceAnchor: 'g', displayName: 'Renamed' },
      6: group('h', 'X500:/o=h', 'bad'),
      7: group('i', 'X500:/o=h'),
      9: user('no-name', { userPrincipalName: null }),
    } as const;
    const { results } = await exportNow(services, tenant, users(100, others));
    expect([5, 6, 7, 9].map((index) => results[index])).toMatchObject([
      { outcome: 'updated', object: { objectType: 'Group', exported: { displayName: 'Renamed' } } },
      { outcome: 'failed', object: { exported: { proxyAddresses: ['X500:/o=h'] } } },
      { outcome: 'failed', failure: { reason: { heldBy: { displayName: 'Group h' } } } },
      { outcome: 'failed', failure: { code: 'IdentityDataValidationFailed' }, object: undefined },
    ]);
    expect(await findings(tenant)).toEqual([]);
  });

  it('leaves one of each object and one holder of each value after two simultaneous exports', async () => {
    const tenant = newTenant();
    const both = await Promise.all([
      exportNow(services, tenant, users(300)),
      exportNow(services, tenant, users(300).toReversed()),
    ]);
    const created = both.flatMap(({ results }) => results.filter(({ outcome }) => outcome === 'created'));
    expect(created).toHaveLength(300);
    expect(await findings(tenant)).toEqual([]);
  });

  it('reports each result once, even if the answer to any write is lost', async () => {
    const faulty = servicesHere(proxy.connectionString);
    proxy.failWhere(() => 'pass');
    await faulty.storage.tenants();
    let isComplete = false;
    for (let at = 1; !isComplete; at++) {
      const tenant = newTenant();
      proxy.failWhere((number) => (number === at ? 'loseAnswer' : 'pass'), 'writes');
      const { results } = await exportNow(faulty, tenant, users(150));
      isComplete = proxy.seen() <= at;
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(150);
      expect(await findings(tenant)).toEqual([]);
    }
  }, 60_000);

  it('does not presume new objects if an object is in the export twice, or is updated', async () => {
    const twice = [...users(100), update('u3', { displayName: 'Again' })];
    const { counts, results } = await exportNow(services, newTenant(), twice);
    expect(results.at(-1)).toMatchObject({ outcome: 'updated', object: { exported: { displayName: 'Again' } } });
    expect(counts.requests).toBeGreaterThan(400);
  });
});
