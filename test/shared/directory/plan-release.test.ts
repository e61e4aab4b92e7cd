import { describe, expect, it } from 'vitest';
import { type DirectoryObject, proxyAddressesOf, userPrincipalNameOf } from '../../../shared/directory/objects.ts';
import { longestWaiting, planRelease, valuesInQuestionOfRelease } from '../../../shared/directory/plan-release.ts';
import { proxyAddressKey, smtpKey, upnKey, type ValueKey } from '../../../shared/directory/values.ts';
import { group, monday, tenantAfter, tuesday, user } from './fixtures.ts';

/** The last of the objects, after each was exported in an export of its own. */
function lastOf(...operations: Parameters<typeof tenantAfter>[0]): DirectoryObject {
  const tenant = tenantAfter(...operations.map((operation) => [operation]));
  return tenant.get(operations.at(-1)?.sourceAnchor ?? '') as DirectoryObject;
}

const holder = user('h', { userPrincipalName: 'joe@contoso.com', proxyAddresses: ['smtp:joe@contoso.com'] });
const waiting = user('w', {
  userPrincipalName: 'Joe@contoso.com',
  proxyAddresses: ['smtp:w@contoso.com', 'SMTP:Joe@contoso.com'],
});
const licensed = user('w', { userPrincipalName: 'Joe@contoso.com', exchangeLicensed: true });
const [ownName, ownAddress] = [upnKey('joe@contoso.com'), smtpKey('joe@contoso.com')];
const joesPlaceholder = 'Joe+4821@contoso.onmicrosoft.com';

function released(object: DirectoryObject, granted: readonly ValueKey[], values = new Map()): DirectoryObject {
  return planRelease(object, new Set(granted), { values, now: tuesday });
}

describe('longestWaiting', () => {
  const since = (whenStarted: Date, sourceAnchor: string) => ({ sourceAnchor, whenStarted: whenStarted.toISOString() });

  it('is no object if no object waits', () => {
    expect(longestWaiting([])).toBeUndefined();
  });

  it('is the one who began first, in any order', () => {
    const [early, late] = [since(monday, 'b'), since(tuesday, 'a')];
    expect(longestWaiting([early, late])).toBe(early);
    expect(longestWaiting([late, early])).toBe(early);
  });

  it('is, of those quarantined by one export, the one that came first in its list', () => {
    const [first, second] = [
      { ...since(monday, 'b'), place: 3 },
      { ...since(monday, 'a'), place: 12 },
    ];
    expect(longestWaiting([first, second])).toBe(first);
    expect(longestWaiting([second, first])).toBe(first);
  });

  it('is, of those who began at the same time, the one whose source anchor comes first', () => {
    const [a, b] = [since(monday, 'a'), since(monday, 'b')];
    expect(longestWaiting([a, b])).toBe(a);
    expect(longestWaiting([b, a])).toBe(a);
  });
});

describe('release', () => {
  it('puts an address back as it was exported, and lets the user wait on for its UPN', () => {
    const before = lastOf(holder, waiting);
    const after = released(before, [ownAddress]);
    expect(proxyAddressesOf(after)).toEqual(['SMTP:Joe@contoso.com', 'smtp:w@contoso.com']);
    expect(userPrincipalNameOf(after)).toBe(joesPlaceholder);
    expect(after).toEqual({ ...before, quarantined: before.quarantined.slice(0, 1) });
  });

  it('puts a user’s own UPN in place of its placeholder, and lets it wait on for an address', () => {
    const before = lastOf(holder, waiting);
    const after = released(before, [ownName]);
    expect(userPrincipalNameOf(after)).toBe('Joe@contoso.com');
    expect(after).toEqual({ ...before, placeholder: null, quarantined: before.quarantined.slice(1) });
  });

  it('puts all back at once', () => {
    expect(released(lastOf(holder, waiting), [ownName, ownAddress]).quarantined).toEqual([]);
  });

  it('gives a group one of the addresses that it waits for', () => {
    const [x, y] = ['smtp:x@contoso.com', 'smtp:y@contoso.com'];
    const after = released(lastOf(group('h', x, y), group('w', x, y)), [proxyAddressKey(y)]);
    expect(proxyAddressesOf(after)).toEqual([y]);
    expect(after.quarantined.map(({ propertyValue }) => propertyValue)).toEqual([x]);
  });

  it('leaves an address that the object holds itself', () => {
    const values = new Map([[smtpKey('w@contoso.com'), { holder: 'w', waiting: 1 }]]);
    expect(proxyAddressesOf(released(lastOf(holder, waiting), [ownName], values))).toEqual(['smtp:w@contoso.com']);
  });
});

describe('release, of a UPN to a licensed user', () => {
  const before = (): DirectoryObject => lastOf(user('h', { userPrincipalName: 'joe@contoso.com' }), licensed);

  it.each([
    ['no object has had', new Map()],
    ['no object holds any more and no object waits for', new Map([[ownAddress, { holder: null, waiting: 0 }]])],
  ])('gives it the UPN as address too, in place of the placeholder, where %s that', (_, values) => {
    const after = released(before(), [ownName], values);
    expect(proxyAddressesOf(after)).toEqual(['smtp:Joe@contoso.com']);
    expect(after.quarantined).toEqual([]);
  });

  it.each([
    ['another object holds', { holder: 'g', waiting: 0 }],
    ['no object holds, but others wait for', { holder: null, waiting: 1 }],
  ])('quarantines from now on the address of the UPN that %s', (_, value) => {
    const after = released(before(), [ownName], new Map([[ownAddress, value]]));
    expect(userPrincipalNameOf(after)).toBe('Joe@contoso.com');
    expect(proxyAddressesOf(after)).toEqual([]);
    expect(after.quarantined).toEqual([
      { propertyName: 'ProxyAddresses', propertyValue: 'smtp:Joe@contoso.com', whenStarted: tuesday.toISOString() },
    ]);
  });

  it('gives it an address of that name that it waited for at the same time, whoever waits beside it', () => {
    const values = new Map([[ownAddress, { holder: null, waiting: 2 }]]);
    const object = lastOf(holder, { ...licensed, proxyAddresses: ['smtp:JOE@contoso.com'] });
    const after = released(object, [ownName, ownAddress], values);
    expect(proxyAddressesOf(after)).toEqual(['smtp:JOE@contoso.com']);
    expect(after.quarantined).toEqual([]);
  });

  it('lets it wait on in its place for an address of that name', () => {
    const values = new Map([[ownAddress, { holder: 'h', waiting: 1 }]]);
    const object = lastOf(holder, { ...licensed, proxyAddresses: ['smtp:JOE@contoso.com'] });
    expect(released(object, [ownName], values).quarantined).toEqual([
      {
        propertyName: 'ProxyAddresses',
        propertyValue: 'smtp:JOE@contoso.com',
        whenStarted: monday.toISOString(),
        place: 0,
      },
    ]);
  });
});

describe('valuesInQuestionOfRelease()', () => {
  it('returns the address that a licensed user on a placeholder gets with its own UPN', () => {
    expect(valuesInQuestionOfRelease(lastOf(holder, licensed), new Set([ownName]))).toEqual(new Set([ownAddress]));
  });

  it('returns the address of the placeholder, if the user waits for it', () => {
    const object = lastOf(holder, licensed);
    const address = { propertyName: 'ProxyAddresses', propertyValue: `smtp:${joesPlaceholder}` } as const;
    const waitingToo = {
      ...object,
      quarantined: [...object.quarantined, { ...address, whenStarted: monday.toISOString() }],
    };
    expect(valuesInQuestionOfRelease(waitingToo, new Set([ownName]))).toEqual(
      new Set([ownAddress, smtpKey(joesPlaceholder)]),
    );
    expect(valuesInQuestionOfRelease(waitingToo, new Set([ownAddress]))).toEqual(new Set());
  });

  it.each([
    ['without a licence', waiting],
    ['that exports the address itself', { ...licensed, proxyAddresses: ['smtp:joe@contoso.com'] }],
    ['that has its own UPN', user('w', { exchangeLicensed: true })],
  ])('returns nothing for a user %s', (_, operation) => {
    expect(valuesInQuestionOfRelease(lastOf(holder, operation), new Set([ownName]))).toEqual(new Set());
  });

  it('returns nothing for a group', () => {
    const object = lastOf(group('g', 'smtp:g@contoso.com'));
    expect(valuesInQuestionOfRelease(object, new Set([ownAddress]))).toEqual(new Set());
  });
});
