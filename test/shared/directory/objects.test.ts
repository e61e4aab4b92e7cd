import { describe, expect, it } from 'vitest';
import {
  quarantinedValues,
  desiredAddresses,
  type DirectoryObject,
  type ExportedAttributes,
  heldValues,
  holdingAttribute,
  isHeldAsPlaceholder,
  mailOf,
  proxyAddressesOf,
  sameExported,
  sameObject,
  spellingOf,
} from '../../../shared/directory/objects.ts';
import { smtpKey, upnKey } from '../../../shared/directory/values.ts';
import { group, monday, tenantAfter, tuesday, user } from './fixtures.ts';

const joe: ExportedAttributes = {
  displayName: 'Joe Wood',
  userPrincipalName: 'Joe@contoso.com',
  mail: 'joe@contoso.com',
  proxyAddresses: ['SMTP:Joe@contoso.com', 'smtp:jwood@contoso.com'],
  exchangeLicensed: false,
  attributes: { city: 'R', roles: ['x', 'y'] },
};

const quarantined = {
  propertyName: 'UserPrincipalName',
  propertyValue: 'Joe@contoso.com',
  whenStarted: monday.toISOString(),
} as const;

const twin: DirectoryObject = {
  sourceAnchor: 'a',
  objectId: 'object-1',
  objectType: 'User',
  exported: joe,
  placeholder: 'joe+4821@contoso.onmicrosoft.com',
  quarantined: [quarantined],
};

function objectOf(operation: ReturnType<typeof user>): DirectoryObject {
  return tenantAfter([operation]).get(operation.sourceAnchor) as DirectoryObject;
}

describe('desiredAddresses', () => {
  it('are the primary, the others in exported order, and the UPN of a licensed user, each value once', () => {
    const proxyAddresses = ['smtp:z@contoso.com', 'SMTP:p@contoso.com', 'X500:/o=x', 'smtp:P@contoso.com'];
    const exported = { ...joe, proxyAddresses, exchangeLicensed: true };
    expect(desiredAddresses(exported, 'Joe@contoso.com').map(({ address }) => address)).toEqual([
      'SMTP:p@contoso.com',
      'smtp:z@contoso.com',
      'X500:/o=x',
      'smtp:Joe@contoso.com',
    ]);
  });

  it('are one primary, the first exported, and the further primaries as secondaries (3.1)', () => {
    const proxyAddresses = [
      'smtp:z@contoso.com',
      'SMTP:First@contoso.com',
      'SMTP:Second@contoso.com',
      'SMTP:Z@contoso.com',
    ];
    const addresses = desiredAddresses({ ...joe, proxyAddresses }, null).map(({ address }) => address);
    expect(addresses).toEqual(['SMTP:First@contoso.com', 'smtp:z@contoso.com', 'smtp:Second@contoso.com']);
  });

  it('are none of an object that exports none', () => {
    expect(desiredAddresses({ ...joe, proxyAddresses: [], mail: null }, 'Joe@contoso.com')).toEqual([]);
  });

  it('are not more for a group that is called licensed: it has no UPN', () => {
    const licensed = objectOf({ ...group('g', 'smtp:g@contoso.com'), exchangeLicensed: true });
    expect(proxyAddressesOf(licensed)).toEqual(['smtp:g@contoso.com']);
  });
});

describe('mailOf()', () => {
  const waiting = (...proxyAddresses: string[]): DirectoryObject =>
    tenantAfter([group('h', 'smtp:g@contoso.com')], [{ ...group('g', ...proxyAddresses), mail: 'G@contoso.com' }]).get(
      'g',
    ) as DirectoryObject;

  it('is null while its address is quarantined, by whichever attribute it is desired', () => {
    expect(mailOf(waiting())).toBeNull();
    expect(mailOf(waiting('SMTP:other@contoso.com', 'smtp:g@contoso.com'))).toBeNull();
  });

  it('is the exported mail otherwise', () => {
    expect(mailOf(waiting('SMTP:other@contoso.com'))).toBe('G@contoso.com');
    expect(mailOf({ ...twin, quarantined: [] })).toBe('joe@contoso.com');
    expect(mailOf(objectOf(user('a')))).toBeNull();
  });
});

describe('isHeldAsPlaceholder()', () => {
  const placeholder = 'joe+4821@contoso.onmicrosoft.com';
  const licensed = { ...twin, exported: { ...joe, exchangeLicensed: true } };

  it('reports the placeholder, and its address of a licensed user', () => {
    expect(isHeldAsPlaceholder(twin, upnKey(placeholder.toUpperCase()))).toBe(true);
    expect(isHeldAsPlaceholder(licensed, smtpKey(placeholder))).toBe(true);
  });

  it.each([
    ['the address of a user without a licence', twin],
    [
      'an address that the user exports itself',
      { ...licensed, exported: { ...licensed.exported, proxyAddresses: [`smtp:${placeholder}`] } },
    ],
    [
      'an address that the user waits for',
      {
        ...licensed,
        quarantined: [
          { ...quarantined, propertyName: 'ProxyAddresses' as const, propertyValue: `smtp:${placeholder}` },
        ],
      },
    ],
    ['a value of a user without a placeholder', { ...licensed, placeholder: null }],
  ])('does not report %s', (_, object) => {
    expect(isHeldAsPlaceholder(object, smtpKey(placeholder))).toBe(false);
  });

  it('does not report what the user holds by its export', () => {
    expect(isHeldAsPlaceholder(licensed, smtpKey('jwood@contoso.com'))).toBe(false);
  });
});

describe('awaitedValues', () => {
  it('are by their values, each with its quarantine', () => {
    expect([...quarantinedValues(twin)]).toEqual([[upnKey('joe@contoso.com'), quarantined]]);
  });

  it('are one and the same map for all objects that wait for nothing', () => {
    const [a, b] = [objectOf(user('a')), objectOf(user('b'))];
    expect(quarantinedValues(a).size).toBe(0);
    expect(quarantinedValues(a)).toBe(quarantinedValues(b));
  });
});

describe('heldValues', () => {
  it('are the UPN in force and the addresses in force, without what the object waits for', () => {
    expect([...heldValues(twin)]).toEqual([
      upnKey('joe+4821@contoso.onmicrosoft.com'),
      smtpKey('joe@contoso.com'),
      smtpKey('jwood@contoso.com'),
    ]);
    expect([...heldValues({ ...twin, placeholder: null, quarantined: [] })]).toContain(upnKey('joe@contoso.com'));
  });
});

describe('spellingOf', () => {
  it('is how the object writes a value that it has', () => {
    const object = objectOf(user('a', { ...joe, exchangeLicensed: true }));
    expect(spellingOf(object, upnKey('joe@contoso.com'))).toBe('Joe@contoso.com');
    expect(spellingOf(object, smtpKey('JWOOD@contoso.com'))).toBe('smtp:jwood@contoso.com');
  });

  it('is empty for a value that the object does not have', () => {
    expect(spellingOf(objectOf(group('g')), upnKey('g@contoso.com'))).toBe('');
    expect(spellingOf(objectOf(group('g', 'smtp:g@contoso.com')), smtpKey('other@contoso.com'))).toBe('');
  });
});

describe('holdingAttribute', () => {
  const licensed = { userPrincipalName: 'upn@contoso.com', exchangeLicensed: true };

  it.each([
    ['proxyAddresses', 'x@contoso.com', { ...licensed, mail: 'm@contoso.com', proxyAddresses: ['smtp:X@contoso.com'] }],
    ['mail', 'm@contoso.com', { ...licensed, mail: 'M@contoso.com', proxyAddresses: ['smtp:x@contoso.com'] }],
    ['userPrincipalName', 'upn@contoso.com', { ...licensed, mail: 'm@contoso.com' }],
    ['userPrincipalName', 'upn@contoso.com', licensed],
    [
      'userPrincipalName',
      'upn@contoso.com',
      { ...licensed, mail: 'upn@contoso.com', proxyAddresses: ['SMTP:primary@contoso.com'] },
    ],
  ])('is %s for the address %s of a user with %j', (attribute, address, rest) => {
    expect(holdingAttribute(objectOf(user('a', rest)), smtpKey(address))).toBe(attribute);
  });

  it('is userPrincipalName for the UPN, also where an address is written like it', () => {
    const object = objectOf(user('a', { ...licensed, proxyAddresses: ['smtp:upn@contoso.com'] }));
    expect(holdingAttribute(object, upnKey('UPN@contoso.com'))).toBe('userPrincipalName');
  });

  it('is none for a value that the object does not hold', () => {
    expect(holdingAttribute(twin, upnKey('joe@contoso.com'))).toBeNull();
  });
});

describe('sameExported', () => {
  it('is so of two that are written alike, in any order of their attributes', () => {
    const copy = { ...joe, proxyAddresses: [...joe.proxyAddresses], attributes: { roles: ['x', 'y'], city: 'R' } };
    expect(sameExported(joe, copy)).toBe(true);
  });

  it.each<[string, Partial<ExportedAttributes>]>([
    ['the display name', { displayName: 'joe wood' }],
    ['the UPN', { userPrincipalName: 'joe@contoso.com' }],
    ['mail', { mail: null }],
    ['the licence', { exchangeLicensed: true }],
    ['the order of addresses', { proxyAddresses: joe.proxyAddresses.toReversed() }],
    ['one address more', { proxyAddresses: [...joe.proxyAddresses, 'smtp:new@contoso.com'] }],
    ['an attribute', { attributes: { city: 'M', roles: ['x', 'y'] } }],
    ['one attribute more', { attributes: { ...joe.attributes, title: 'CEO' } }],
    ['the name of an attribute', { attributes: { town: 'R', roles: ['x', 'y'] } }],
    ['a text that becomes a list', { attributes: { city: ['R'], roles: ['x', 'y'] } }],
    ['one of a list', { attributes: { city: 'R', roles: ['x', 'z'] } }],
    ['one of a list more', { attributes: { city: 'R', roles: ['x', 'y', 'z'] } }],
  ])('is not so if they differ in %s, whichever comes first', (_, difference) => {
    expect(sameExported(joe, { ...joe, ...difference })).toBe(false);
    expect(sameExported({ ...joe, ...difference }, joe)).toBe(false);
  });
});

describe('sameObject', () => {
  it('is so of two states that are written alike', () => {
    expect(sameObject(twin, { ...twin, exported: { ...joe }, quarantined: [{ ...quarantined }] })).toBe(true);
  });

  it.each<[string, Partial<DirectoryObject>]>([
    ['the id', { objectId: 'object-2' }],
    ['the type', { objectType: 'Contact' }],
    ['the placeholder', { placeholder: null }],
    ['the exported attributes', { exported: { ...joe, mail: null } }],
    ['a quarantined value less', { quarantined: [] }],
    ['the property of a quarantined value', { quarantined: [{ ...quarantined, propertyName: 'ProxyAddresses' }] }],
    ['the spelling of a quarantined value', { quarantined: [{ ...quarantined, propertyValue: 'joe@contoso.com' }] }],
    ['the start of a quarantine', { quarantined: [{ ...quarantined, whenStarted: tuesday.toISOString() }] }],
  ])('is not so if they differ in %s, whichever comes first', (_, difference) => {
    expect(sameObject(twin, { ...twin, ...difference })).toBe(false);
    expect(sameObject({ ...twin, ...difference }, twin)).toBe(false);
  });
});
