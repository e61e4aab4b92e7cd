import { describe, expect, it } from 'vitest';
import { type DirectoryObject, quarantinedKey } from '../../../shared/directory/objects.ts';
import { holderFrom, provisioningError, referenceTo } from '../../../shared/directory/provisioning-error.ts';
import { proxyAddressKey, smtpKey, upnKey } from '../../../shared/directory/values.ts';
import { monday, type Tenant, tenantAfter, user } from './fixtures.ts';

const object = (tenant: Tenant, anchor: string): DirectoryObject => tenant.get(anchor) as DirectoryObject;

function errorOf(tenant: Tenant, anchor: string, holder: string | null, index = 0) {
  const waiting = object(tenant, anchor);
  const quarantined = waiting.quarantined[index];
  if (!quarantined) throw new Error(`"${anchor}" waits for nothing`);
  const heldBy = holder === null ? null : holderFrom(quarantinedKey(quarantined), object(tenant, holder));
  return provisioningError(referenceTo(waiting), quarantined, heldBy);
}

const contested = (): Tenant =>
  tenantAfter([
    {
      ...user('h', { userPrincipalName: 'Joe@contoso.com', proxyAddresses: ['SMTP:Joe@contoso.com'] }),
      displayName: 'Holder',
    },
    {
      ...user('w', { userPrincipalName: 'joe@CONTOSO.com', proxyAddresses: ['smtp:JOE@contoso.com'] }),
      displayName: 'Waiter',
    },
  ]);

describe('provisioningError() (4.11)', () => {
  it('says everything about its conflict', () => {
    const tenant = contested();
    expect(errorOf(tenant, 'w', 'h', 1)).toMatchObject({
      errorCategory: 'PropertyConflict',
      propertyName: 'ProxyAddresses',
      propertyValue: 'smtp:JOE@contoso.com',
      whenStarted: monday.toISOString(),
      object: {
        objectId: object(tenant, 'w').objectId,
        objectType: 'User',
        displayName: 'Waiter',
        sourceAnchor: 'w',
        userPrincipalName: 'joe+4821@contoso.onmicrosoft.com',
      },
      heldBy: {
        objectId: object(tenant, 'h').objectId,
        objectType: 'User',
        displayName: 'Holder',
        sourceAnchor: 'h',
        userPrincipalName: 'Joe@contoso.com',
        attribute: 'proxyAddresses',
      },
    });
  });

  it('names no holder if the object does not hold the value', () => {
    expect(errorOf(contested(), 'w', 'w').heldBy).toBeNull();
  });
});

describe('holderFrom() (4.11)', () => {
  const tenant = (): Tenant =>
    tenantAfter([
      user('a', { mail: 'm@contoso.com', exchangeLicensed: true }),
      user('b', { mail: 'b@contoso.com', proxyAddresses: ['SMTP:p@contoso.com', 'X500:/o=b'] }),
    ]);

  it.each([
    ['a', upnKey('A@contoso.com'), 'userPrincipalName'],
    ['a', smtpKey('a@contoso.com'), 'userPrincipalName'],
    ['a', smtpKey('m@contoso.com'), 'mail'],
    ['b', smtpKey('p@contoso.com'), 'proxyAddresses'],
    ['b', proxyAddressKey('X500:/O=B'), 'proxyAddresses'],
  ])('returns the attribute by which %s holds %s', (anchor, key, attribute) => {
    expect(holderFrom(key, object(tenant(), anchor))).toMatchObject({ sourceAnchor: anchor, attribute });
  });

  it('returns null for a value that the object does not hold: mail beside an exported primary, or a value that it waits for', () => {
    expect(holderFrom(smtpKey('b@contoso.com'), object(tenant(), 'b'))).toBeNull();
    expect(holderFrom(upnKey('joe@contoso.com'), object(contested(), 'w'))).toBeNull();
    expect(holderFrom(upnKey('joe@contoso.com'), undefined)).toBeNull();
  });

  it('returns proxyAddresses for an address that is both exported and calculated', () => {
    const licensed = tenantAfter([user('a', { exchangeLicensed: true, proxyAddresses: ['smtp:A@contoso.com'] })]);
    expect(holderFrom(smtpKey('a@contoso.com'), object(licensed, 'a'))?.attribute).toBe('proxyAddresses');
  });
});
