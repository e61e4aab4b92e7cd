import { describe, expect, it } from 'vitest';
import type { TransactionAction } from '@azure/data-tables';
import { formerKey } from '../../shared/audit/former-key.ts';
import { proxyAddressKey, textOf, upnKey, type ValueKey } from '../../shared/directory/values.ts';
import { findObject } from '../../shared/use-cases/queries/find-object.ts';
import { repairRegistered } from '../../shared/use-cases/audit/audit-registered.ts';
import { sweepTenant } from '../../shared/use-cases/sweep/sweep-tenant.ts';
import { keyPart, storedValue } from '../../shared/store/keys.ts';
import type { Partition } from '../../shared/store/partition.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { group, remove, user } from '../shared/directory/fixtures.ts';
import { audit, readAll } from '../support/audit.ts';
import { exportNow, newTenant, partitionOf, register, servicesHere } from '../support/storage.ts';

/** Rows as they were written before spellings were compared: a repair brings them under their present keys. */
const services = servicesHere();

const keyOf = (spelling: string): ValueKey => (spelling.includes(':') ? proxyAddressKey(spelling) : upnKey(spelling));
const formerKeyOf = (spelling: string): ValueKey =>
  formerKey(spelling.includes(':') ? 'ProxyAddresses' : 'UserPrincipalName', spelling);

/** Writes the rows of some values, as they are spelled, under the keys that they had. */
async function moveBack(partition: Partition, ...spellings: readonly string[]): Promise<void> {
  const { table, partitionKey } = partition;
  for (const spelling of spellings) {
    const [present, former] = [keyOf(spelling), formerKeyOf(spelling)];
    const [space = ''] = storedValue(present).split('|');
    for (const [rowKey, row] of await readAll(partition)) {
      const parts = rowKey.split('|');
      const at = parts.indexOf(keyPart(textOf(present)));
      const isOfSpace =
        parts.includes(space) || parts.includes(space === 'upn' ? 'UserPrincipalName' : 'ProxyAddresses');
      if (at < 0 || !isOfSpace) continue;
      const { etag: _, timestamp: __, 'odata.metadata': ___, ...columns } = row;
      const value = row.value === storedValue(present) ? { value: storedValue(former) } : {};
      const moved = { ...columns, ...value, partitionKey, rowKey: parts.with(at, keyPart(textOf(former))).join('|') };
      const actions: TransactionAction[] = [
        ['delete', { partitionKey, rowKey }],
        ['create', moved],
      ];
      await table.submitTransaction(actions);
    }
  }
}

async function registered(): Promise<{ tenant: Tenant; partition: Partition }> {
  const tenant = newTenant();
  await register(services, tenant);
  return { tenant, partition: await partitionOf(services, tenant) };
}

const repair = ({ tenantId }: Tenant) => repairRegistered(services, tenantId, () => undefined);
const cafe = 'smtp:caf\u00e9@m\u00fcnchen.de';
const joe = 'jo\u00e9@\uff43ontoso.com';

describe('rows under the keys that values had before their spellings were compared', () => {
  it('are brought under the present keys, and the service goes on as if nothing had been', async () => {
    const { tenant, partition } = await registered();
    await exportNow(services, tenant, [
      group('holds', cafe, 'smtp:ascii@contoso.com'),
      user('named', { userPrincipalName: joe }),
      group('leaves', 'smtp:\u00fc@contoso.com', 'smtp:gone@\u00fc.de', 'X500:/o=e\u0301'),
    ]);
    await exportNow(services, tenant, [
      group('waits', cafe),
      user('twin', { userPrincipalName: joe }),
      group('next', 'smtp:gone@\u00fc.de'),
    ]);
    await exportNow(services, tenant, [remove('leaves')]);
    const before = await readAll(partition);
    expect(await audit(partition)).toEqual([]);
    await moveBack(partition, cafe, joe, 'smtp:gone@\u00fc.de', 'X500:/o=e\u0301');
    expect((await audit(partition)).length).toBeGreaterThan(6);

    const { audit: left } = await repair(tenant);
    expect(left.findings).toEqual([]);
    const isOfVacancy = (key: string): boolean => /^(vacated|value)\|(proxy\|gone@|other\|)/.test(key);
    const after = await readAll(partition);
    // A vacancy that is announced again has another id; a vacant value that no object waits for may be gone.
    expect([...after.keys()].filter((key) => !isOfVacancy(key))).toEqual(
      [...before.keys()].filter((key) => !isOfVacancy(key)),
    );
    const { released } = await sweepTenant(services, tenant.registrationId);
    expect(released.map(({ sourceAnchor }) => sourceAnchor)).toEqual(['next']);
    await exportNow(services, tenant, [remove('holds'), remove('named')]);
    const { released: rest } = await sweepTenant(services, tenant.registrationId);
    expect(rest.map(({ sourceAnchor }) => sourceAnchor).sort()).toEqual(['twin', 'waits']);
    expect(await audit(partition)).toEqual([]);
  }, 60_000);

  it('leave a value that two objects then hold with the one that held it first', async () => {
    const { tenant, partition } = await registered();
    const second = 'smtp:cafe\u0301@xn--mnchen-3ya.de';
    // The later holder comes first in the order of anchors.
    await exportNow(services, tenant, [group('b', cafe)]);
    await moveBack(partition, cafe);
    const { results } = await exportNow(services, tenant, [group('a', second)]);
    expect(results[0]?.outcome).toBe('created');
    await moveBack(partition, second);
    expect((await audit(partition)).join()).toContain('"b" held it first, and "a" took it later in another spelling');

    const { audit: left } = await repair(tenant);
    expect(left.findings).toEqual([]);
    expect((await findObject(partition, 'b')).object).toMatchObject({
      exported: { proxyAddresses: [cafe] },
      quarantined: [],
    });
    expect((await findObject(partition, 'a')).object.quarantined).toMatchObject([{ propertyValue: second }]);
    await exportNow(services, tenant, [remove('b')]);
    const { released } = await sweepTenant(services, tenant.registrationId);
    expect(released).toMatchObject([{ sourceAnchor: 'a', propertyValue: second }]);
    expect(await audit(partition)).toEqual([]);
  }, 60_000);

  it('leave a user whose name another holds with a placeholder, its licensed address included', async () => {
    const { tenant, partition } = await registered();
    const second = 'joe\u0301@contoso.com';
    await exportNow(services, tenant, [user('b', { userPrincipalName: joe, exchangeLicensed: true })]);
    await moveBack(partition, joe, `smtp:${joe}`);
    await exportNow(services, tenant, [
      user('a', { userPrincipalName: second, exchangeLicensed: true, proxyAddresses: ['smtp:other@contoso.com'] }),
    ]);
    await moveBack(partition, second, `smtp:${second}`);

    const { audit: left } = await repair(tenant);
    expect(left.findings).toEqual([]);
    expect((await findObject(partition, 'b')).object).toMatchObject({ placeholder: null, quarantined: [] });
    const { object } = await findObject(partition, 'a');
    expect(object.placeholder).toMatch(/^joe\u0301\+\d{4}@contoso\.onmicrosoft\.com$/);
    expect(object.quarantined).toMatchObject([{ propertyName: 'UserPrincipalName', propertyValue: second }]);
    await exportNow(services, tenant, [remove('b')]);
    await sweepTenant(services, tenant.registrationId);
    expect((await findObject(partition, 'a')).object).toMatchObject({ placeholder: null, quarantined: [] });
    expect(await audit(partition)).toEqual([]);
  }, 60_000);

  it('are left to a person if no row says which of two objects held the value first', async () => {
    const { tenant, partition } = await registered();
    await exportNow(services, tenant, [group('b', cafe)]);
    await moveBack(partition, cafe);
    await exportNow(services, tenant, [group('a', 'smtp:cafe\u0301@m\u00fcnchen.de')]);
    const { table, partitionKey } = partition;
    await table.deleteEntity(partitionKey, `value|proxy|${keyPart(textOf(formerKeyOf(cafe)))}`);
    const { audit: left } = await repair(tenant);
    expect(left.findings.map(({ code, repair }) => [code, repair])).toEqual([['ValueHeldTwice', null]]);
  }, 60_000);
});
