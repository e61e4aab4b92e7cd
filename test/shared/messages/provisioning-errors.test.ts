import { describe, expect, it } from 'vitest';
import { type DirectoryObject, quarantinedKey } from '../../../shared/directory/objects.ts';
import { holderMessage, quarantineMessage } from '../../../shared/messages/provisioning-errors.ts';
import {
  holderFrom,
  type ObjectReference,
  provisioningError,
  referenceTo,
} from '../../../shared/directory/provisioning-error.ts';
import { group, type Tenant, tenantAfter, user } from '../directory/fixtures.ts';

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

const messageFor = (tenant: Tenant, anchor: string, holder: string | null, index = 0): string =>
  quarantineMessage(errorOf(tenant, anchor, holder, index));

const release = 'the next sweep, within the hour, releases it to the object that has waited longest for it.';

describe('quarantineMessage() (4.11)', () => {
  it('says of an address why it is quarantined, who holds it by which attribute, and what to do', () => {
    expect(messageFor(contested(), 'w', 'h', 1)).toBe(
      'The proxy address "smtp:JOE@contoso.com" is quarantined, because user "Holder" holds it by its proxyAddresses. ' +
        'Decide which of the two should have it, and remove it from the other in its on-premises directory. ' +
        `If user "Holder" vacates it, ${release}`,
    );
  });

  it('says of a UPN which placeholder the user has until then', () => {
    expect(messageFor(contested(), 'w', 'h')).toBe(
      'The user principal name "joe@CONTOSO.com" is quarantined, because user "Holder" holds it. ' +
        'Decide which of the two should have it, and remove it from the other in its on-premises directory. ' +
        `If user "Holder" vacates it, ${release} ` +
        'Until then its user principal name is "joe+4821@contoso.onmicrosoft.com".',
    );
  });

  it('names no placeholder if the object is shown without a UPN', () => {
    const message = quarantineMessage({
      object: { ...referenceTo(object(contested(), 'w')), userPrincipalName: null },
      propertyName: 'UserPrincipalName',
      propertyValue: 'joe@CONTOSO.com',
      heldBy: null,
    });
    expect(message).toMatch(/waited longest for it\.$/);
  });

  it('says of a vacant value that the sweep releases it', () => {
    expect(messageFor(contested(), 'w', null)).toBe(
      `The user principal name "joe@CONTOSO.com" is vacant again: ${release} ` +
        'Until then its user principal name is "joe+4821@contoso.onmicrosoft.com".',
    );
  });

  it('names the other object by its display name, never its own', () => {
    const message = messageFor(contested(), 'w', 'h', 1);
    expect(message).toContain('"Holder"');
    expect(message).not.toContain('Waiter');
  });

  it('names a holder without a display name by its source anchor', () => {
    const tenant = tenantAfter([
      { ...group('g/1', 'smtp:x@contoso.com'), displayName: null },
      group('w', 'smtp:x@contoso.com'),
    ]);
    expect(messageFor(tenant, 'w', 'g/1')).toContain('because group with source anchor "g/1" holds it');
  });
});

describe('holderMessage() (4.11)', () => {
  const waiting = (count: number): ObjectReference[] =>
    ['One', 'Two', 'Three', 'Four', 'Five']
      .slice(0, count)
      .map((displayName) => ({ ...referenceTo(object(contested(), 'w')), displayName }));

  it('says that the object keeps the value, and who else desires it', () => {
    const value = { propertyName: 'ProxyAddresses', propertyValue: 'SMTP:Joe@contoso.com' } as const;
    expect(holderMessage({ ...value, waiting: waiting(1), waitingCount: 1 })).toBe(
      'This object keeps the proxy address "SMTP:Joe@contoso.com", which user "One" also desires. ' +
        'Nothing needs to be done here, unless it should belong to another object: then remove it from this one in its on-premises directory.',
    );
  });

  it.each([
    [2, 2, 'user "One", user "Two" also desire'],
    [3, 3, 'user "One", user "Two", user "Three" also desire'],
    [4, 4, 'user "One", user "Two", user "Three" and 1 more also desire'],
    [5, 5, 'user "One", user "Two", user "Three" and 2 more also desire'],
    [3, 1_000, 'user "One", user "Two", user "Three" and 997 more also desire'],
  ])('names at most three of the waiting objects: %i listed of %i', (listed, waitingCount, text) => {
    const value = { propertyName: 'UserPrincipalName', propertyValue: 'Joe@contoso.com' } as const;
    expect(holderMessage({ ...value, waiting: waiting(listed), waitingCount })).toContain(
      `the user principal name "Joe@contoso.com", which ${text}.`,
    );
  });
});
