import { describe, expect, it } from 'vitest';
import { type DirectoryObject, quarantinedKey } from '../../../shared/directory/objects.ts';
import {
  holderMessage,
  holderFrom,
  type ObjectReference,
  provisioningError,
  referenceTo,
} from '../../../shared/directory/provisioning-error.ts';
import { proxyAddressKey, smtpKey, upnKey } from '../../../shared/directory/values.ts';
import { group, monday, type Tenant, tenantAfter, user } from './fixtures.ts';

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

describe('provisioningError', () => {
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

  it('says of an address what was left off, who has it by which attribute, and what to do', () => {
    expect(errorOf(contested(), 'w', 'h', 1).message).toBe(
      'The proxy address "smtp:JOE@contoso.com" was left off, because user "Holder" has it by its proxyAddresses. ' +
        'Decide which of the two should have it, and remove it from the other in its on-premises directory. ' +
        'If user "Holder" gives it up, the next sweep, within the hour, gives it to the object that has waited longest for it.',
    );
  });

  it('says of a UPN what it is until then', () => {
    expect(errorOf(contested(), 'w', 'h').message).toBe(
      'The user principal name "joe@CONTOSO.com" was left off, because user "Holder" has it. ' +
        'Decide which of the two should have it, and remove it from the other in its on-premises directory. ' +
        'If user "Holder" gives it up, the next sweep, within the hour, gives it to the object that has waited longest for it. ' +
        'Until then the user principal name is "joe+4821@contoso.onmicrosoft.com".',
    );
  });

  it('says nothing of a UPN until then where the object is shown without one', () => {
    const { message } = provisioningError(
      { ...referenceTo(object(contested(), 'w')), userPrincipalName: null },
      { propertyName: 'UserPrincipalName', propertyValue: 'joe@CONTOSO.com', whenStarted: monday.toISOString() },
      null,
    );
    expect(message).toMatch(/waited longest for it\.$/);
  });

  it('says, when nobody has the value any more, that the sweep gives it out', () => {
    const { heldBy, message } = errorOf(contested(), 'w', null);
    expect(heldBy).toBeNull();
    expect(message).toBe(
      'The user principal name "joe@CONTOSO.com" is free again. ' +
        'The next sweep, within the hour, gives it to the object that has waited longest for it. ' +
        'Until then the user principal name is "joe+4821@contoso.onmicrosoft.com".',
    );
  });

  it('names no holder that does not hold the value', () => {
    expect(errorOf(contested(), 'w', 'w').heldBy).toBeNull();
  });

  it('names the other object by its display name, never its own', () => {
    const { message } = errorOf(contested(), 'w', 'h', 1);
    expect(message).toContain('"Holder"');
    expect(message).not.toContain('Waiter');
  });

  it('names a holder without a display name by its source anchor', () => {
    const tenant = tenantAfter([
      { ...group('g/1', 'smtp:x@contoso.com'), displayName: null },
      group('w', 'smtp:x@contoso.com'),
    ]);
    expect(errorOf(tenant, 'w', 'g/1').message).toContain('because group with source anchor "g/1" has it');
  });
});

describe('holderOf', () => {
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
  ])('tells by which attribute %s holds %s', (anchor, key, attribute) => {
    expect(holderFrom(key, object(tenant(), anchor))).toMatchObject({ sourceAnchor: anchor, attribute });
  });

  it('gives null for what an object does not hold: mail beside an exported primary, and what it waits for', () => {
    expect(holderFrom(smtpKey('b@contoso.com'), object(tenant(), 'b'))).toBeNull();
    expect(holderFrom(upnKey('joe@contoso.com'), object(contested(), 'w'))).toBeNull();
    expect(holderFrom(upnKey('joe@contoso.com'), undefined)).toBeNull();
  });

  it('tells of an address that is exported and calculated that it is exported', () => {
    const licensed = tenantAfter([user('a', { exchangeLicensed: true, proxyAddresses: ['smtp:A@contoso.com'] })]);
    expect(holderFrom(smtpKey('a@contoso.com'), object(licensed, 'a'))?.attribute).toBe('proxyAddresses');
  });
});

describe('holderMessage', () => {
  const waiting = (count: number): ObjectReference[] =>
    ['One', 'Two', 'Three', 'Four', 'Five']
      .slice(0, count)
      .map((displayName) => ({ ...referenceTo(object(contested(), 'w')), displayName }));

  it('says that the object keeps the value, and who else asked for it', () => {
    const kept = { propertyName: 'ProxyAddresses', propertyValue: 'SMTP:Joe@contoso.com' } as const;
    expect(holderMessage(kept, waiting(1))).toBe(
      'This object keeps the proxy address "SMTP:Joe@contoso.com", which user "One" asked for too. ' +
        'Nothing needs to be done here, unless it should belong to the other: then remove it from this object in its on-premises directory.',
    );
  });

  it.each([
    [2, 'user "One", user "Two" asked'],
    [3, 'user "One", user "Two", user "Three" asked'],
    [4, 'user "One", user "Two", user "Three" and 1 more asked'],
    [5, 'user "One", user "Two", user "Three" and 2 more asked'],
  ])('names at most three of %i', (count, text) => {
    const kept = { propertyName: 'UserPrincipalName', propertyValue: 'Joe@contoso.com' } as const;
    expect(holderMessage(kept, waiting(count))).toContain(
      `the user principal name "Joe@contoso.com", which ${text} for too`,
    );
  });

  it('counts all who wait, where only the first are given', () => {
    const kept = { propertyName: 'UserPrincipalName', propertyValue: 'Joe@contoso.com' } as const;
    expect(holderMessage(kept, waiting(3), 1_000)).toContain('user "Three" and 997 more asked for too');
  });
});
