import { describe, expect, it } from 'vitest';
import { type DirectoryObject, proxyAddressesOf, userPrincipalNameOf } from '../../../../shared/directory/objects.ts';
import {
  contact,
  contoso,
  emptyTenant,
  exportTo,
  group,
  itemsOf,
  monday,
  remove,
  tenantAfter,
  tuesday,
  type Tenant,
  update,
  user,
  inQuestionFor,
} from '../fixtures.ts';

const outcomes = (plan: ReturnType<typeof exportTo>['plan']): string[] => plan.results.map(({ outcome }) => outcome);
const addresses = (tenant: Tenant, anchor: string): readonly string[] | undefined => {
  const object = tenant.get(anchor);
  return object && proxyAddressesOf(object);
};
const upn = (tenant: Tenant, anchor: string): string | null | undefined => {
  const object = tenant.get(anchor);
  return object && userPrincipalNameOf(object);
};
const waitsFor = (tenant: Tenant, anchor: string): readonly string[] | undefined =>
  tenant.get(anchor)?.quarantined.map(({ propertyValue }) => propertyValue);
const codes = (plan: ReturnType<typeof exportTo>['plan']): (string | undefined)[] =>
  plan.results.map(({ failure }) => failure?.code);

describe('planExport, first come, first served', () => {
  it('quarantines a duplicate UPN and gives the user a placeholder', () => {
    const before = tenantAfter([user('a', { userPrincipalName: 'Joe@contoso.com' })]);
    const { plan, tenant } = exportTo(before, [user('b', { userPrincipalName: 'joe@CONTOSO.com' })]);
    expect(outcomes(plan)).toEqual(['created']);
    expect(upn(tenant, 'a')).toBe('Joe@contoso.com');
    expect(upn(tenant, 'b')).toBe('joe+4821@contoso.onmicrosoft.com');
    expect(plan.results[0]?.newlyQuarantined).toEqual([
      {
        propertyName: 'UserPrincipalName',
        propertyValue: 'joe@CONTOSO.com',
        whenStarted: monday.toISOString(),
        place: 0,
      },
    ]);
  });

  it('leaves a duplicate address off and writes the rest of the object', () => {
    const before = tenantAfter([group('a', 'SMTP:sales@contoso.com')]);
    const { tenant } = exportTo(before, [group('b', 'SMTP:Sales@contoso.com', 'smtp:shop@contoso.com')]);
    expect(addresses(tenant, 'b')).toEqual(['smtp:shop@contoso.com']);
    expect(waitsFor(tenant, 'b')).toEqual(['SMTP:Sales@contoso.com']);
    expect(tenant.get('b')?.exported.displayName).toBe('Group b');
  });

  it('compares addresses without their prefix and letter case', () => {
    const before = tenantAfter([group('a', 'SMTP:Joe@contoso.com')]);
    expect(waitsFor(exportTo(before, [contact('b', 'smtp:joe@contoso.com')]).tenant, 'b')).toHaveLength(1);
  });

  it('keeps UPNs and addresses apart', () => {
    const before = tenantAfter([user('a', { userPrincipalName: 'joe@contoso.com' })]);
    expect(waitsFor(exportTo(before, [group('b', 'SMTP:joe@contoso.com')]).tenant, 'b')).toEqual([]);
  });

  it('quarantines, never fails, Joe with UPN and address against a group that has the address', () => {
    const before = tenantAfter([group('g', 'SMTP:Joe@contoso.com')]);
    const joe = user('j', { userPrincipalName: 'Joe@contoso.com', proxyAddresses: ['smtp:Joe@contoso.com'] });
    const { plan, tenant } = exportTo(before, [joe]);
    expect(outcomes(plan)).toEqual(['created']);
    expect(upn(tenant, 'j')).toBe('Joe@contoso.com');
    expect(waitsFor(tenant, 'j')).toEqual(['smtp:Joe@contoso.com']);
  });

  it('quarantines the second of two new groups with one address at once', () => {
    const { plan, tenant } = exportTo(emptyTenant, [
      group('a', 'SMTP:x@contoso.com'),
      group('b', 'SMTP:x@contoso.com'),
    ]);
    expect(outcomes(plan)).toEqual(['created', 'created']);
    expect(addresses(tenant, 'a')).toEqual(['SMTP:x@contoso.com']);
    expect(waitsFor(tenant, 'b')).toEqual(['SMTP:x@contoso.com']);
  });

  it('quarantines UPN and address of one user at the first attempt', () => {
    const first = user('a', { userPrincipalName: 'x@contoso.com', proxyAddresses: ['SMTP:x@contoso.com'] });
    const { tenant } = exportTo(tenantAfter([first]), [{ ...first, sourceAnchor: 'b' }]);
    expect(waitsFor(tenant, 'b')).toEqual(['x@contoso.com', 'SMTP:x@contoso.com']);
  });

  it('takes a value that an object names twice as one', () => {
    const { tenant } = exportTo(emptyTenant, [group('a', 'smtp:x@contoso.com', 'SMTP:X@contoso.com')]);
    expect(addresses(tenant, 'a')).toEqual(['SMTP:X@contoso.com']);
    expect(waitsFor(tenant, 'a')).toEqual([]);
  });
});

describe('planExport, the addresses an object desires', () => {
  it('takes mail as the primary if none is exported', () => {
    const { tenant } = exportTo(emptyTenant, [
      { ...group('a', 'smtp:b@contoso.com'), mail: 'A@contoso.com' },
      { ...group('c', 'SMTP:c@contoso.com'), mail: 'd@contoso.com' },
    ]);
    expect(addresses(tenant, 'a')).toEqual(['SMTP:A@contoso.com', 'smtp:b@contoso.com']);
    expect(addresses(tenant, 'c')).toEqual(['SMTP:c@contoso.com']);
  });

  it('gives a licensed user its UPN as the last address', () => {
    const { tenant } = exportTo(emptyTenant, [
      user('a', { exchangeLicensed: true, proxyAddresses: ['smtp:z@contoso.com', 'SMTP:p@contoso.com'] }),
    ]);
    expect(addresses(tenant, 'a')).toEqual(['SMTP:p@contoso.com', 'smtp:z@contoso.com', 'smtp:a@contoso.com']);
  });

  it('gives a licensed user on a placeholder the placeholder as that address', () => {
    const before = tenantAfter([user('a', { userPrincipalName: 'x@contoso.com' })]);
    const { tenant } = exportTo(before, [user('b', { userPrincipalName: 'x@contoso.com', exchangeLicensed: true })]);
    expect(addresses(tenant, 'b')).toEqual(['smtp:x+4821@contoso.onmicrosoft.com']);
    expect(waitsFor(tenant, 'b')).toEqual(['x@contoso.com']);
  });

  it('quarantines the calculated address of a licensed user that another object has', () => {
    const before = tenantAfter([group('g', 'SMTP:joe@contoso.com')]);
    const joe = user('j', { userPrincipalName: 'joe@contoso.com', exchangeLicensed: true });
    expect(waitsFor(exportTo(before, [joe]).tenant, 'j')).toEqual(['smtp:joe@contoso.com']);
  });
});

describe('planExport, gives and takes across an export', () => {
  const alias = 'smtp:sales@contoso.com';

  it.each([
    ['giver first', [group('a'), group('b', alias)]],
    ['taker first', [group('b', alias), group('a')]],
  ])('moves an alias from one object to another, %s', (_, operations) => {
    const { plan, tenant } = exportTo(tenantAfter([group('a', alias), group('b')]), operations);
    expect(outcomes(plan)).toEqual(['updated', 'updated']);
    expect(addresses(tenant, 'a')).toEqual([]);
    expect(addresses(tenant, 'b')).toEqual([alias]);
  });

  it('swaps the UPNs of two users', () => {
    const before = tenantAfter([user('a'), user('b')]);
    const { tenant } = exportTo(before, [
      update('a', { userPrincipalName: 'b@contoso.com' }),
      update('b', { userPrincipalName: 'a@contoso.com' }),
    ]);
    expect([upn(tenant, 'a'), upn(tenant, 'b')]).toEqual(['b@contoso.com', 'a@contoso.com']);
  });

  it('gives what a deleted object had to a new one of the same export', () => {
    const { tenant } = exportTo(tenantAfter([group('a', alias)]), [group('b', alias), remove('a')]);
    expect(addresses(tenant, 'b')).toEqual([alias]);
  });

  it('gives what the export vacates to whom the export says, also when others wait', () => {
    const before = tenantAfter([group('a', alias)], [group('w', alias)]);
    const { tenant } = exportTo(before, [group('a'), group('b', alias)]);
    expect(addresses(tenant, 'b')).toEqual([alias]);
    expect(waitsFor(tenant, 'w')).toEqual([alias]);
  });

  it('gives what the export vacates to an object that waited and is exported again', () => {
    const before = tenantAfter([group('a', alias)], [group('w', alias)]);
    const { plan, tenant } = exportTo(before, [remove('a'), group('w', alias)]);
    expect(outcomes(plan)).toEqual(['deleted', 'updated']);
    expect(addresses(tenant, 'w')).toEqual([alias]);
    expect(waitsFor(tenant, 'w')).toEqual([]);
  });

  it('gives nothing to an object whose operation failed', () => {
    const before = tenantAfter([group('a', alias)], [group('w', alias)]);
    const { tenant } = exportTo(before, [remove('a'), { ...group('w', alias), objectType: 'Contact' }]);
    expect(waitsFor(tenant, 'w')).toEqual([alias]);
  });

  it('puts a newcomer behind those who wait for a value that became free in an earlier export', () => {
    const before = tenantAfter([group('a', alias)], [group('w', alias)], [remove('a')]);
    const { tenant } = exportTo(before, [group('n', alias)], { now: tuesday });
    expect(waitsFor(tenant, 'n')).toEqual([alias]);
    expect(waitsFor(tenant, 'w')).toEqual([alias]);
  });

  it('gives a vacant value that no object waits for to the first in the list', () => {
    const { tenant } = exportTo(emptyTenant, [group('b', alias), group('a', alias), group('c', alias)]);
    expect(addresses(tenant, 'b')).toEqual([alias]);
  });

  it('frees a placeholder for another object of the same export', () => {
    const form = { ...contoso, placeholderSeparator: '' as const };
    const setUp = [
      user('a', { userPrincipalName: 'x@contoso.com' }),
      user('b', { userPrincipalName: 'x@contoso.com' }),
    ];
    const before = exportTo(emptyTenant, setUp, { form }).tenant;
    const placeholder = upn(before, 'b');
    const { tenant } = exportTo(before, [
      user('c', { userPrincipalName: placeholder ?? '' }),
      update('b', {}),
      remove('a'),
    ]);
    expect(upn(tenant, 'b')).toBe('x@contoso.com');
    expect(upn(tenant, 'c')).toBe(placeholder);
  });
});

describe('planExport, operations on one object', () => {
  it('takes a delete followed by an add as a new object', () => {
    const before = tenantAfter([group('a', 'smtp:x@contoso.com')]);
    const { plan, tenant } = exportTo(before, [remove('a'), group('a', 'smtp:x@contoso.com')]);
    expect(outcomes(plan)).toEqual(['deleted', 'created']);
    expect(tenant.get('a')?.objectId).not.toBe(before.get('a')?.objectId);
    expect(addresses(tenant, 'a')).toEqual(['smtp:x@contoso.com']);
  });

  it('takes an add of an object that exists as an update that replaces', () => {
    const before = tenantAfter([user('a', { mail: 'a@contoso.com', attributes: { department: 'Sales' } })]);
    const { plan, tenant } = exportTo(before, [user('a', { displayName: 'New' })]);
    expect(outcomes(plan)).toEqual(['updated']);
    expect(tenant.get('a')).toMatchObject({ exported: { displayName: 'New', mail: null, attributes: {} } });
    expect(tenant.get('a')?.objectId).toBe(before.get('a')?.objectId);
  });

  it('keeps in an update absent properties, and clears null properties', () => {
    const before = tenantAfter([user('a', { mail: 'a@contoso.com', attributes: { city: 'Rome', title: 'CEO' } })]);
    const { tenant } = exportTo(before, [update('a', { displayName: null, attributes: { title: null } })]);
    expect(tenant.get('a')?.exported).toEqual({
      displayName: null,
      userPrincipalName: 'a@contoso.com',
      mail: 'a@contoso.com',
      proxyAddresses: [],
      exchangeLicensed: false,
      attributes: { city: 'Rome' },
    });
  });

  it('writes nothing for the same operation again, and returns the same object', () => {
    const twins = [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')];
    const before = tenantAfter(twins);
    const { plan } = exportTo(before, twins, { now: tuesday });
    expect(outcomes(plan)).toEqual(['unchanged', 'unchanged']);
    expect(plan.transitions).toEqual([]);
    expect(plan.results[1]?.object).toBe(before.get('b'));
    expect(plan.results[1]?.newlyQuarantined).toEqual([]);
  });

  it('fails an update of an object that does not exist, and lets a delete of one pass', () => {
    const { plan } = exportTo(emptyTenant, [update('a', {}), remove('a')]);
    expect(codes(plan)).toEqual(['ObjectNotFound', undefined]);
    expect(outcomes(plan)).toEqual(['failed', 'unchanged']);
  });

  it('fails a change of the object type', () => {
    expect(codes(exportTo(tenantAfter([group('a')]), [contact('a')]).plan)).toEqual(['ObjectTypeMismatch']);
  });

  it('never stops the others for one bad operation', () => {
    const { plan } = exportTo(emptyTenant, [user('a', { userPrincipalName: 'bad upn' }), user('b')]);
    expect(codes(plan)).toEqual(['IdentityDataValidationFailed', undefined]);
    expect(outcomes(plan)).toEqual(['failed', 'created']);
  });

  it('ends a quarantine whose value is no longer desired', () => {
    const before = tenantAfter([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    expect(waitsFor(exportTo(before, [group('b', 'smtp:y@contoso.com')]).tenant, 'b')).toEqual([]);
  });

  it('reports a quarantined value at the operation that desired it', () => {
    const before = tenantAfter([group('a', 'smtp:x@contoso.com')]);
    const { plan } = exportTo(before, [
      group('b'),
      update('b', { proxyAddresses: ['smtp:x@contoso.com'] }),
      update('b', { displayName: 'B' }),
    ]);
    expect(plan.results.map(({ newlyQuarantined }) => newlyQuarantined.length)).toEqual([0, 1, 0]);
  });

  it('keeps the start of a quarantine over later changes', () => {
    const before = tenantAfter([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    const { plan, tenant } = exportTo(before, [group('b', 'SMTP:x@contoso.com')], { now: tuesday });
    expect(tenant.get('b')?.quarantined).toEqual([
      {
        propertyName: 'ProxyAddresses',
        propertyValue: 'SMTP:x@contoso.com',
        whenStarted: monday.toISOString(),
        place: 1,
      },
    ]);
    expect(plan.results[0]?.newlyQuarantined).toEqual([]);
  });
});

describe('planExport, placeholders', () => {
  const twin = (anchor: string, name = 'x@contoso.com') => user(anchor, { userPrincipalName: name });

  it('keeps the placeholder of a user with the same desired UPN', () => {
    const before = tenantAfter([twin('a'), twin('b')]);
    const { tenant } = exportTo(before, [{ ...twin('b', 'X@contoso.com'), displayName: 'New' }], { random: () => 0 });
    expect(upn(tenant, 'b')).toBe(upn(before, 'b'));
  });

  it('gives a new placeholder when another duplicate UPN is desired', () => {
    const before = tenantAfter([twin('a'), twin('b'), twin('c', 'y@contoso.com')]);
    const { tenant } = exportTo(before, [twin('b', 'y@contoso.com')]);
    expect(upn(tenant, 'b')).toBe('y+4821@contoso.onmicrosoft.com');
  });

  it('tries again on a conflict', () => {
    const before = tenantAfter([twin('a'), twin('b')]);
    expect(upn(exportTo(before, [twin('c')]).tenant, 'c')).toBe('x+4822@contoso.onmicrosoft.com');
  });

  it('avoids a placeholder whose address a licensed user could not get', () => {
    const before = tenantAfter([twin('a'), group('g', 'smtp:x+4821@contoso.onmicrosoft.com')]);
    const { tenant } = exportTo(before, [{ ...twin('b'), exchangeLicensed: true }]);
    expect(upn(tenant, 'b')).toBe('x+4822@contoso.onmicrosoft.com');
  });

  it('fails the operation when all 10,000 are taken, and no other', () => {
    const before = new Map(tenantAfter([twin('a'), twin('c')]));
    const waiting = before.get('c') as DirectoryObject;
    for (let n = 0; n < 10_000; n++) {
      const placeholder = `x+${String(n).padStart(4, '0')}@contoso.onmicrosoft.com`;
      if (placeholder !== waiting.placeholder) before.set(`c${n}`, { ...waiting, sourceAnchor: `c${n}`, placeholder });
    }
    const { plan } = exportTo(before, [twin('b'), twin('d', 'free@contoso.com')]);
    expect(codes(plan)).toEqual(['AttributeValueMustBeUnique', undefined]);
    expect(plan.results[0]?.failure?.reason.kind).toBe('noPlaceholderLeft');
  });
});

describe('planExport, addresses of other types', () => {
  const x500 = 'X500:/o=Contoso/cn=joe';

  it('fails the whole operation of a duplicate, again at every retry', () => {
    const before = tenantAfter([group('a', x500)]);
    const bad = group('b', 'x500:/O=contoso/CN=Joe', 'smtp:new@contoso.com');
    const { plan, tenant } = exportTo(before, [bad]);
    expect(codes(plan)).toEqual(['AttributeValueMustBeUnique']);
    expect(tenant.has('b')).toBe(false);
    expect(codes(exportTo(tenant, [bad]).plan)).toEqual(['AttributeValueMustBeUnique']);
  });

  it('moves one between two objects in an export', () => {
    const { tenant } = exportTo(tenantAfter([group('a', x500), group('b')]), [group('b', x500), group('a')]);
    expect(addresses(tenant, 'b')).toEqual([x500]);
  });

  it('lets the first in the list have it', () => {
    const { plan } = exportTo(emptyTenant, [group('b', x500), group('a', x500)]);
    expect(codes(plan)).toEqual([undefined, 'AttributeValueMustBeUnique']);
  });

  it('does not give away what a failed operation would have vacated', () => {
    const before = tenantAfter([group('a', x500), group('b', 'smtp:b@contoso.com')]);
    const { plan, tenant } = exportTo(before, [group('b', x500), group('c', 'smtp:b@contoso.com')]);
    expect(codes(plan)).toEqual(['AttributeValueMustBeUnique', undefined]);
    expect(waitsFor(tenant, 'c')).toEqual(['smtp:b@contoso.com']);
  });

  it('gives an address to the next in the list when the first fails for another reason', () => {
    const taken = 'sip:taken@contoso.com';
    const { plan } = exportTo(tenantAfter([group('h', taken)]), [group('a', x500, taken), group('b', x500)]);
    expect(codes(plan)).toEqual(['AttributeValueMustBeUnique', undefined]);
  });

  it('quarantines the SMTP address of an object that has one of another type besides', () => {
    const before = tenantAfter([group('a', 'smtp:x@contoso.com')]);
    const { plan, tenant } = exportTo(before, [group('b', x500, 'smtp:x@contoso.com')]);
    expect(codes(plan)).toEqual([undefined]);
    expect(waitsFor(tenant, 'b')).toEqual(['smtp:x@contoso.com']);
  });

  it('names the duplicate address as exported, and its holder', () => {
    const before = tenantAfter([group('h', 'sip:Taken@contoso.com')]);
    const { plan } = exportTo(before, [group('a', x500, 'SIP:taken@contoso.com')]);
    expect(plan.results[0]?.failure).toEqual({
      code: 'AttributeValueMustBeUnique',
      ...{ operation: null, sourceAnchor: 'a' },
      reason: { kind: 'duplicateAddress', address: 'SIP:taken@contoso.com', holder: 'h' },
    });
  });
});

describe('valuesInQuestion', () => {
  it('names what is desired, not what is kept or vacated', () => {
    const before = tenantAfter([group('a', 'smtp:kept@x.com', 'smtp:old@x.com')]);
    const operations = itemsOf([group('a', 'smtp:kept@x.com', 'smtp:new@x.com')]);
    expect([...inQuestionFor(operations, before)]).toEqual(['smtp|new@x.com']);
  });

  it('names nothing for an export that desires nothing new', () => {
    const before = tenantAfter([group('a', 'smtp:x@x.com'), group('b', 'smtp:x@x.com')]);
    expect(inQuestionFor(itemsOf([group('b', 'smtp:x@x.com')]), before).size).toBe(0);
  });

  it('names the awaited value when the export vacates it', () => {
    const before = tenantAfter([group('a', 'smtp:x@x.com'), group('b', 'smtp:x@x.com')]);
    expect([...inQuestionFor(itemsOf([group('b', 'smtp:x@x.com'), remove('a')]), before)]).toEqual(['smtp|x@x.com']);
  });
});
