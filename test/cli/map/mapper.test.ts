import { describe, expect, it } from 'vitest';
import { createMapper } from '../../../cli/map/mapper.ts';
import { defaultMapping } from '../../../cli/map/mapping.ts';
import { parseMapping } from '../../../cli/map/parse-mapping.ts';
import { attributeName, type Value } from '../../../cli/read/reading.ts';

const guid = '30475e40-e7ae-4af3-af75-8b143c81daf5';
const guidBytes = Uint8Array.from(Buffer.from('QF5HMK7n80qvdYsUPIHa9Q==', 'base64'));
const sourceAnchor = 'QF5HMK7n80qvdYsUPIHa9Q==';

const joe = {
  objectClass: ['top', 'person', 'organizationalPerson', 'user'],
  objectGUID: [guidBytes],
  cn: ['Joe'],
  displayName: ['Joe Wood'],
  userPrincipalName: ['joe@contoso.com'],
  mail: ['joe@contoso.com'],
  proxyAddresses: ['SMTP:joe@contoso.com', 'smtp:jw@contoso.com'],
  department: ['Sales'],
};

type Given = Readonly<Record<string, readonly Value[]>>;

function map(changes: Given, { mapping = defaultMapping, dn = 'CN=Joe,DC=contoso,DC=com' } = {}) {
  const attributes = Object.entries({ ...joe, ...changes }).filter(([, values]) => values.length > 0);
  const named = attributes.map(([name, values]) => [attributeName(name), values] as const);
  return createMapper(mapping)({ dn, attributes: new Map(named) });
}

const object = (changes: Given, mapping = defaultMapping) => {
  const mapped = map(changes, { mapping });
  return mapped.kind === 'object' ? mapped.object : mapped;
};

describe('createMapper()', () => {
  it('maps a user of Active Directory', () => {
    expect(object({})).toEqual({
      sourceAnchor,
      objectType: 'User',
      displayName: 'Joe Wood',
      userPrincipalName: 'joe@contoso.com',
      mail: 'joe@contoso.com',
      proxyAddresses: ['SMTP:joe@contoso.com', 'smtp:jw@contoso.com'],
      exchangeLicensed: false,
      attributes: { department: 'Sales' },
    });
  });

  it.each([
    [['top', 'group'], 'Group'],
    [['top', 'person', 'organizationalPerson', 'contact'], 'Contact'],
    [['inetOrgPerson'], 'User'],
    [['inetOrgPerson', 'posixAccount', 'shadowAccount'], 'User'],
    [['top', 'groupOfNames'], 'Group'],
    [['groupOfUniqueNames'], 'Group'],
    [['PosixGroup'], 'Group'],
    [['user'], 'User'],
  ])('maps %j to a %s', (objectClass, objectType) => {
    expect(object({ objectClass })).toMatchObject({ objectType });
  });

  it('leaves out an entry that is not a user, group or contact', () => {
    expect(map({ objectClass: ['top', 'organizationalUnit'] })).toMatchObject({ kind: 'leftOut' });
    expect(map({ objectClass: ['person', 'user', 'computer'] })).toMatchObject({
      reason: 'computer, not a user, group or contact',
    });
  });

  it('needs an object class, unless the mapping has a default type', () => {
    expect(map({ objectClass: [] })).toMatchObject({ kind: 'problem' });
    expect(object({ objectClass: [] }, { ...defaultMapping, defaultType: 'Contact' })).toMatchObject({
      objectType: 'Contact',
    });
  });

  it('gives a user principal name to users only', () => {
    expect(object({ objectClass: ['group'] })).toMatchObject({ userPrincipalName: null });
  });

  it('uses cn if there is no displayName', () => {
    expect(object({ displayName: [] })).toMatchObject({ displayName: 'Joe' });
    expect(object({ displayName: [' '] })).toMatchObject({ displayName: 'Joe' });
  });

  it('makes secondary addresses from further mail values and from addresses without a type', () => {
    const person = {
      mail: ['a@x.y', 'b@x.y'],
      proxyAddresses: ['c@x.y', 'X500:/o=a'],
      mailAlternateAddress: ['d@x.y'],
    };
    expect(object(person)).toMatchObject({
      mail: 'a@x.y',
      proxyAddresses: ['smtp:c@x.y', 'X500:/o=a', 'smtp:d@x.y', 'smtp:b@x.y'],
    });
  });

  it('refuses a value that it cannot read, but only of a mapped attribute', () => {
    expect(map({ displayName: [new Uint8Array([255])] })).toMatchObject({
      problem: 'displayName is not text in UTF-8',
    });
    expect(map({ mail: [{ url: 'file:///etc/passwd' }] })).toMatchObject({
      problem: 'mail is only a URL, "file:///etc/passwd", which is not fetched',
    });
    expect(map({ proxyAddresses: ['Microsoft.ActiveDirectory.Management.ADPropertyValueCollection'] })).toMatchObject({
      kind: 'problem',
    });
    expect(map({ jpegPhoto: [new Uint8Array([255])] })).toMatchObject({ kind: 'object' });
  });
});

describe('the source anchor', () => {
  it.each<[string, Given, string]>([
    [
      'mS-DS-ConsistencyGuid before objectGUID',
      { 'mS-DS-ConsistencyGuid': [Uint8Array.from(guidBytes).fill(1)] },
      'AQEBAQEBAQEBAQEBAQEBAQ==',
    ],
    ['objectGUID as bytes', {}, sourceAnchor],
    ['objectGUID as text', { objectGUID: [guid] }, sourceAnchor],
    ['objectGUID as text in braces and capitals', { objectGUID: [`{${guid.toUpperCase()}}`] }, sourceAnchor],
    ['objectGUID in base64', { objectGUID: [sourceAnchor] }, sourceAnchor],
    ['objectGUID whose bytes are text', { objectGUID: ['0123456789abcdef'] }, 'MDEyMzQ1Njc4OWFiY2RlZg=='],
    ['entryUUID in lower case', { objectGUID: [], entryUUID: [guid.toUpperCase()] }, guid],
  ])('is %s', (_, changes, expected) => {
    expect(object(changes)).toMatchObject({ sourceAnchor: expected });
  });

  it('is another attribute of the mapping if there is none of these', () => {
    const mapping = { ...defaultMapping, sourceAnchor: [...defaultMapping.sourceAnchor, 'employeeNumber'] };
    expect(object({ objectGUID: [], employeeNumber: ['4711'] }, mapping)).toMatchObject({ sourceAnchor: '4711' });
    expect(map({ objectGUID: [] })).toEqual({
      kind: 'problem',
      problem: 'it has no source anchor: it has none of mS-DS-ConsistencyGuid, objectGUID, entryUUID',
    });
  });

  it('is not made from a value that is not a GUID', () => {
    expect(map({ objectGUID: ['System.Byte[]'] })).toMatchObject({
      problem:
        'objectGUID: "System.Byte[]" is not a GUID: Export-Csv wrote the type instead of the value. Select it in base64',
    });
    expect(map({ objectGUID: [new Uint8Array(15)] })).toMatchObject({ problem: 'objectGUID: its value is not a GUID' });
  });
});

describe('an object that Entra Connect leaves out', () => {
  it.each<[string, Given, string?]>([
    ['critical system object', { isCriticalSystemObject: ['TRUE'] }],
    ['account of a sync client', { sAMAccountName: ['MSOL_0123456789ab'] }],
    ['account of a sync client', { sAMAccountName: ['AAD_0123'] }],
    ['support account', { sAMAccountName: ['SUPPORT_388945a0'] }],
    ['system mailbox', { mailNickname: ['SystemMailbox{1f05a927-0000-0000-0000-000000000000}'] }],
    ['system mailbox', { cn: ['SystemMailbox{1f05a927-0000-0000-0000-000000000000}'] }],
    ['Exchange system object', { mailNickname: ['CAS_{0123}'] }],
    ['system recipient', { msExchRecipientTypeDetails: ['8388608'] }],
    ['system recipient', { objectClass: ['group'], msExchRecipientTypeDetails: ['1073741824'] }],
    ['linked mailbox', { msExchRecipientTypeDetails: ['2'] }],
    [
      'hidden object of the sync client',
      { objectClass: ['group'], displayName: ['x (MSOL)'], msExchHideFromAddressLists: ['TRUE'] },
    ],
    ['replication conflict', {}, 'CN=Joe\\0ACNF:30475e40-e7ae-4af3-af75-8b143c81daf5,DC=contoso,DC=com'],
  ])('is left out as a %s: %j', (reason, changes, dn) => {
    expect(map(changes, dn === undefined ? {} : { dn })).toEqual({ kind: 'leftOut', reason });
  });

  it('is not any similar object', () => {
    const others: readonly Given[] = [
      { isCriticalSystemObject: ['FALSE'] },
      { sAMAccountName: ['xMSOL_1'] },
      { msExchRecipientTypeDetails: ['1'] },
      { msExchRecipientTypeDetails: ['2147483648'] },
      { objectClass: ['group'], displayName: ['x (MSOL)'] },
      { objectClass: ['group'], sAMAccountName: ['MSOL_1'] },
    ];
    for (const other of others) expect(map(other).kind).toBe('object');
  });
});

describe('parseMapping()', () => {
  it('changes the properties that the file names, and no others', () => {
    const mapping = parseMapping(
      JSON.stringify({
        objectClasses: { account: 'User' },
        userPrincipalName: ['uid'],
        exchangeLicensed: { msExchMailboxGuid: '.' },
        attributes: { office: 'physicalDeliveryOfficeName' },
        leaveOut: [{ reason: 'test', when: { cn: '^test' } }],
      }),
      'map.json',
    );
    expect(mapping.sourceAnchor).toBe(defaultMapping.sourceAnchor);
    const account = { objectClass: ['account'], uid: ['u@x.y'], physicalDeliveryOfficeName: ['1.23'] };
    expect(object({ ...account, msExchMailboxGuid: ['x'] }, mapping)).toMatchObject({
      userPrincipalName: 'u@x.y',
      exchangeLicensed: true,
      attributes: { office: '1.23' },
    });
    expect(map({ ...account, cn: ['Test 1'] }, { mapping })).toEqual({ kind: 'leftOut', reason: 'test' });
  });

  it('accepts a list of attributes that keep their names', () => {
    expect(parseMapping('{"attributes":["uid"]}', 'map.json').attributes).toEqual({ uid: 'uid' });
  });

  it('reports all problems', () => {
    const text = JSON.stringify({ mial: ['mail'], leaveOut: [{ reason: 'x', when: { cn: '(' } }] });
    expect(() => parseMapping(text, 'map.json')).toThrow(/"map.json":\n.*leaveOut.0.when.cn/s);
    expect(() => parseMapping(text, 'map.json')).toThrow(/mial/);
    expect(() => parseMapping('{', 'map.json')).toThrow(/it is not JSON/);
  });
});
