import { describe, expect, it } from 'vitest';
import { waitForValues } from '../../../../shared/directory/transitions/wait-for-values.ts';
import { type DirectoryObject, proxyAddressesOf, userPrincipalNameOf } from '../../../../shared/directory/objects.ts';
import { proxyAddressKey, smtpKey, upnKey } from '../../../../shared/directory/values.ts';
import { group, monday, tenantAfter, tuesday, user } from '../fixtures.ts';

const settings = { before: undefined, now: tuesday, placeholderFor: () => 'a+0000@contoso.onmicrosoft.com' };
const objectOf = (...[operation, ...others]: Parameters<typeof tenantAfter>[0][number][]): DirectoryObject =>
  tenantAfter(others, operation ? [operation] : []).get('a') as DirectoryObject;

describe('waitForValues()', () => {
  it('quarantines an address that is still to come', () => {
    const held = waitForValues(
      objectOf(group('a', 'SMTP:x@contoso.com', 'smtp:y@contoso.com')),
      [smtpKey('x@contoso.com')],
      settings,
    );
    expect(proxyAddressesOf(held)).toEqual(['smtp:y@contoso.com']);
    expect(held.quarantined).toEqual([
      { propertyName: 'ProxyAddresses', propertyValue: 'SMTP:x@contoso.com', whenStarted: tuesday.toISOString() },
    ]);
  });

  it('gives a user whose UPN is still to come a placeholder, and as calculated address that', () => {
    const held = waitForValues(objectOf(user('a', { exchangeLicensed: true })), [upnKey('A@contoso.com')], settings);
    expect(userPrincipalNameOf(held)).toBe('a+0000@contoso.onmicrosoft.com');
    expect(proxyAddressesOf(held)).toEqual(['smtp:a+0000@contoso.onmicrosoft.com']);
    expect(held.quarantined).toEqual([
      { propertyName: 'UserPrincipalName', propertyValue: 'a@contoso.com', whenStarted: tuesday.toISOString() },
    ]);
  });

  it('leaves a user its own UPN while only an address is still to come', () => {
    const joe = objectOf(user('a', { proxyAddresses: ['smtp:x@contoso.com'] }));
    const held = waitForValues(joe, [smtpKey('x@contoso.com')], settings);
    expect(userPrincipalNameOf(held)).toBe('a@contoso.com');
    expect(held.quarantined.map(({ propertyValue }) => propertyValue)).toEqual(['smtp:x@contoso.com']);
  });

  it('leaves an address of another type off: those are never quarantined', () => {
    const held = waitForValues(
      objectOf(group('a', 'X500:/o=x', 'smtp:y@contoso.com')),
      [proxyAddressKey('X500:/o=x')],
      settings,
    );
    expect(held.exported.proxyAddresses).toEqual(['smtp:y@contoso.com']);
    expect(held.quarantined).toEqual([]);
  });

  it('keeps the quarantines that stand, in the order of the addresses', () => {
    const waiting = objectOf(group('a', 'smtp:x@contoso.com', 'smtp:y@contoso.com'), group('h', 'smtp:x@contoso.com'));
    const held = waitForValues(waiting, [smtpKey('y@contoso.com')], settings);
    expect(held.quarantined.map(({ propertyValue, whenStarted }) => [propertyValue, whenStarted])).toEqual([
      ['smtp:x@contoso.com', monday.toISOString()],
      ['smtp:y@contoso.com', tuesday.toISOString()],
    ]);
  });

  it('leaves an object that waited for what it is to get its place, and not its placeholder, which others may take', () => {
    const joe = { proxyAddresses: ['smtp:x@contoso.com'] };
    const before = objectOf(
      user('a', joe),
      user('b', { userPrincipalName: 'a@contoso.com' }),
      group('h', 'smtp:x@contoso.com'),
    );
    const after = { ...objectOf(user('a', joe)), objectId: before.objectId };
    expect(before.quarantined).toHaveLength(2);
    const keys = [upnKey('a@contoso.com'), smtpKey('x@contoso.com')];
    const held = waitForValues(after, keys, { ...settings, before });
    expect(held.placeholder).toBe(settings.placeholderFor());
    expect(held.quarantined).toEqual(before.quarantined);
    const anew = waitForValues({ ...after, objectId: 'another' }, keys, { ...settings, before });
    expect(anew.quarantined.map(({ whenStarted }) => whenStarted)).toEqual(keys.map(() => tuesday.toISOString()));
  });

  it('keeps no quarantine of an address that a user on a placeholder does not desire', () => {
    const waiting = objectOf(user('a', { exchangeLicensed: true }), group('h', 'smtp:a@contoso.com'));
    const held = waitForValues(waiting, [upnKey('a@contoso.com')], settings);
    expect(held.quarantined.map(({ propertyValue }) => propertyValue)).toEqual(['a@contoso.com']);
  });

  it('throws if no placeholder is left', () => {
    const none = { ...settings, placeholderFor: () => null };
    expect(() => waitForValues(objectOf(user('a')), [upnKey('a@contoso.com')], none)).toThrow('No placeholder is left');
  });
});
