import { describe, expect, it } from 'vitest';
import { readConflict } from '../../../../shared/use-cases/queries/read-conflict.ts';
import { situationOf } from '../../../../shared/views/report/situation.ts';
import { exportNow, newTenant, partitionOf, servicesHere } from '../../../support/storage.ts';
import { group, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();
const upn = 'x@contoso.com';
const address = 'smtp:x@contoso.com';

async function situationIn(
  operations: readonly unknown[],
  { sourceAnchor = 'b', propertyValue = address }: { sourceAnchor?: string; propertyValue?: string } = {},
) {
  const tenant = newTenant();
  for (const operation of operations) await exportNow(services, tenant, [operation]);
  const propertyName = propertyValue.includes(':') ? 'ProxyAddresses' : 'UserPrincipalName';
  const partition = await partitionOf(services, tenant);
  const conflict = await readConflict(partition, { propertyName, propertyValue, sourceAnchor });
  return conflict && situationOf(conflict);
}

describe('situationOf', () => {
  it('tells by what each side has the address or desires it', async () => {
    const licensed = user('a', { userPrincipalName: upn, exchangeLicensed: true });
    const byMail = { ...group('b'), mail: upn };
    expect(await situationIn([licensed, byMail], { propertyValue: 'SMTP:x@contoso.com' })).toMatchObject({
      holder: { attribute: 'calculated' },
      asker: { attribute: 'mail' },
    });
    expect(await situationIn([group('a', address), { ...licensed, sourceAnchor: 'b' }])).toMatchObject({
      holder: { attribute: 'proxyAddresses' },
      asker: { attribute: 'calculated' },
    });
  });

  it('knows the directory of an object by its onPremisesDomainName', async () => {
    const a = user('a', { userPrincipalName: upn, attributes: { onPremisesDomainName: 'Contoso.com' } });
    const situation = await situationIn([a, user('b', { userPrincipalName: upn })], { propertyValue: upn });
    expect(situation).toMatchObject({ holder: { forest: 'contoso.com' }, asker: { forest: null } });
  });

  it('tells two sides of one name apart', async () => {
    const twin = (anchor: string, forest?: string) =>
      user(anchor, {
        displayName: 'Chris Green',
        userPrincipalName: upn,
        ...(forest ? { attributes: { onPremisesDomainName: forest } } : {}),
      });
    const named = async (...twins: unknown[]) => {
      const situation = await situationIn(twins, { propertyValue: upn });
      return [situation?.holder?.name, situation?.asker.name];
    };
    expect(await named(twin('a'), twin('b'))).toEqual(['user "Chris Green" (a)', 'user "Chris Green" (b)']);
    expect(await named(twin('a', 'contoso.com'), twin('b', 'fabrikam.com'))).toEqual([
      'user "Chris Green" of contoso.com',
      'user "Chris Green" of fabrikam.com',
    ]);
  });

  it('says who has waited longer', async () => {
    const operations = [group('a', address), group('c', address), group('d', address), group('b', address)];
    expect(await situationIn(operations)).toMatchObject({ ahead: { name: 'group "Group c"', count: 2 } });
    expect(await situationIn(operations, { sourceAnchor: 'c' })).toMatchObject({ ahead: null });
  });

  it('is undefined for one that no longer waits', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [group('a', address), group('b', address)]);
    await exportNow(services, tenant, [update('b', { proxyAddresses: [] })]);
    const name = { propertyName: 'ProxyAddresses', propertyValue: address, sourceAnchor: 'b' } as const;
    const conflict = await readConflict(await partitionOf(services, tenant), name);
    expect(conflict?.object?.sourceAnchor).toBe('b');
    expect(conflict && situationOf(conflict)).toBeUndefined();
  });
});
