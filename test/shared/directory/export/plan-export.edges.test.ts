import { describe, expect, it } from 'vitest';
import { type DirectoryObject, proxyAddressesOf, userPrincipalNameOf } from '../../../../shared/directory/objects.ts';
import {
  contoso,
  emptyTenant,
  exportTo,
  group,
  groupWith,
  itemsOf,
  remove,
  tenantAfter,
  type Tenant,
  update,
  user,
  inQuestionFor,
} from '../fixtures.ts';

const plain = { ...contoso, placeholderSeparator: '' as const };
const x = 'smtp:x@contoso.com';
const x500 = 'X500:/o=contoso';

const object = (tenant: Tenant, anchor: string): DirectoryObject => tenant.get(anchor) as DirectoryObject;
const addresses = (tenant: Tenant, anchor: string): readonly string[] => proxyAddressesOf(object(tenant, anchor));
const upn = (tenant: Tenant, anchor: string): string | null => userPrincipalNameOf(object(tenant, anchor));
const waitsFor = (tenant: Tenant, anchor: string): readonly string[] =>
  object(tenant, anchor).quarantined.map(({ propertyValue }) => propertyValue);
const outcomes = ({ plan }: ReturnType<typeof exportTo>): string[] => plan.results.map(({ outcome }) => outcome);
const inQuestion = (...[operations, tenant]: [Parameters<typeof itemsOf>[0], Tenant]): string[] =>
  [...inQuestionFor(itemsOf(operations), tenant)].toSorted();

describe('planExport, addresses of other types at the edges', () => {
  it('takes one that an object names twice as one', () => {
    const result = exportTo(emptyTenant, [group('a', x500, x500.toLowerCase())]);
    expect(outcomes(result)).toEqual(['created']);
    expect(addresses(result.tenant, 'a')).toEqual([x500]);
  });

  it('names in a failure the object that holds the address, or gets it in the same export', () => {
    const before = tenantAfter([group('h', x500)]);
    const { plan } = exportTo(before, [group('a', x500), group('b', 'sip:b@x'), group('c', 'SIP:B@x')]);
    expect(plan.results.map(({ failure }) => failure?.reason)).toEqual([
      { kind: 'duplicateAddress', address: x500, holder: 'h' },
      undefined,
      { kind: 'duplicateAddress', address: 'SIP:B@x', holder: 'b' },
    ]);
  });

  it('fails a whole chain of moves when the last of them is a conflict', () => {
    const before = tenantAfter([group('a', 'sip:1'), group('b', 'sip:2'), group('c', 'sip:3'), group('h', 'sip:4')]);
    const result = exportTo(before, [group('a', 'sip:2'), group('b', 'sip:3'), group('c', 'sip:4')]);
    expect(outcomes(result)).toEqual(['failed', 'failed', 'failed']);
    expect(result.plan.transitions).toEqual([]);
  });

  it('lets the third have what the second, who lost another one to the first, does not get', () => {
    const result = exportTo(emptyTenant, [group('a', 'sip:1'), group('b', 'sip:1', 'sip:2'), group('c', 'sip:2')]);
    expect(outcomes(result)).toEqual(['created', 'failed', 'created']);
  });

  it('rotates three in one export', () => {
    const before = tenantAfter([group('a', 'sip:1'), group('b', 'sip:2'), group('c', 'sip:3')]);
    const result = exportTo(before, [group('a', 'sip:2'), group('b', 'sip:3'), group('c', 'sip:1')]);
    expect(outcomes(result)).toEqual(['updated', 'updated', 'updated']);
  });

  it('fails a chain of moves whose end is not free, however long, and leaves every object as it was', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `g${index}`);
    const held = names.map((name, index) => groupWith(name, `sip:${index}`));
    const before = new Map([...held, groupWith('outside', 'sip:10000')].map((object) => [object.sourceAnchor, object]));
    const result = exportTo(
      before,
      names.map((name, index) => group(name, `sip:${index + 1}`)),
    );
    expect(new Set(outcomes(result))).toEqual(new Set(['failed']));
    expect(result.plan.transitions).toEqual([]);
    expect(result.plan.results[0]?.failure?.reason).toEqual({
      kind: 'duplicateAddress',
      address: 'sip:1',
      holder: 'g1',
    });
  });

  it('fails a move from an object that keeps its address because one of its several operations fails', () => {
    const before = tenantAfter([group('h', x500), group('a', 'sip:1'), group('b', 'sip:2')]);
    const result = exportTo(before, [group('a', x500), group('b', 'sip:1'), update('a', { displayName: 'A' })]);
    expect(outcomes(result)).toEqual(['failed', 'failed', 'updated']);
    expect(addresses(result.tenant, 'a')).toEqual(['sip:1']);
  });

  it('fails what follows an add that failed, if there is no object', () => {
    const result = exportTo(tenantAfter([group('h', x500)]), [group('a', x500), update('a', { displayName: 'A' })]);
    expect(result.plan.results.map(({ failure }) => failure?.code)).toEqual([
      'AttributeValueMustBeUnique',
      'ObjectNotFound',
    ]);
  });

  it('applies what follows an update that failed to the object as it was', () => {
    const before = tenantAfter([group('h', x500), group('a', x)]);
    const result = exportTo(before, [group('a', x500), update('a', { displayName: 'A' })]);
    expect(outcomes(result)).toEqual(['failed', 'updated']);
    expect(addresses(result.tenant, 'a')).toEqual([x]);
    expect(object(result.tenant, 'a').exported.displayName).toBe('A');
  });

  it('does not desire what a later operation on the object no longer names', () => {
    const before = tenantAfter([group('h', x500)]);
    expect(outcomes(exportTo(before, [group('a', x500), group('a', x)]))).toEqual(['created', 'updated']);
  });
});

describe('planExport, a delete and an add in one export', () => {
  it('keeps the delete when the add fails', () => {
    const before = tenantAfter([group('h', x500), group('a', x)]);
    const result = exportTo(before, [remove('a'), group('a', x500), group('n', x)]);
    expect(outcomes(result)).toEqual(['deleted', 'failed', 'created']);
    expect(result.tenant.has('a')).toBe(false);
    expect(addresses(result.tenant, 'n')).toEqual([x]);
  });

  it('lets another object that comes first in the list have what the deleted one had', () => {
    const result = exportTo(tenantAfter([group('a', x)]), [group('n', x), remove('a'), group('a', x)]);
    expect(addresses(result.tenant, 'n')).toEqual([x]);
    expect(waitsFor(result.tenant, 'a')).toEqual([x]);
    expect(result.plan.results.map(({ newlyQuarantined }) => newlyQuarantined.length)).toEqual([0, 0, 1]);
  });

  it('gives the new object another type, and reports its quarantine again', () => {
    const before = tenantAfter([group('h', x), group('a', x)]);
    const result = exportTo(before, [remove('a'), user('a', { proxyAddresses: [x] })]);
    expect(object(result.tenant, 'a').objectType).toBe('User');
    expect(result.plan.results[1]?.newlyQuarantined).toHaveLength(1);
  });

  it('lets the new object come after those who asked before it was added', () => {
    const result = exportTo(emptyTenant, [group('a', x), group('b', x), remove('a'), group('a', x)]);
    expect(addresses(result.tenant, 'b')).toEqual([x]);
    expect(waitsFor(result.tenant, 'a')).toEqual([x]);
  });

  it('tells the id of each: of the deleted object, and of the new one', () => {
    const before = tenantAfter([group('a', x)]);
    const { plan, tenant } = exportTo(before, [remove('a'), group('a', x)]);
    expect(plan.results.map(({ objectId }) => objectId)).toEqual(
      [before, tenant].map((each) => object(each, 'a').objectId),
    );
  });

  it('leaves nothing of an object that is added and deleted', () => {
    const result = exportTo(emptyTenant, [group('a', x), remove('a'), group('b', x)]);
    expect(outcomes(result)).toEqual(['created', 'deleted', 'created']);
    expect(addresses(result.tenant, 'b')).toEqual([x]);
  });
});

describe('planExport, ties between objects with several operations', () => {
  it('gives a value to the object that asked first without a break', () => {
    const result = exportTo(emptyTenant, [group('a', x), group('b', x), update('a', { displayName: 'A' })]);
    expect(addresses(result.tenant, 'a')).toEqual([x]);
  });

  it('lets an object that asked, withdrew and asked again come after those in between', () => {
    const result = exportTo(emptyTenant, [group('a', x), group('b', x), group('a'), group('a', x)]);
    expect(addresses(result.tenant, 'b')).toEqual([x]);
    expect(result.plan.results.map(({ newlyQuarantined }) => newlyQuarantined.length)).toEqual([0, 0, 0, 1]);
  });
});

describe('planExport, results of several operations on one object', () => {
  it('reports a quarantined UPN at the operation that desired it', () => {
    const before = tenantAfter([user('a')]);
    const twin = user('b', { userPrincipalName: 'a@contoso.com' });
    const { plan } = exportTo(before, [twin, update('b', { displayName: 'B' })]);
    expect(plan.results.map(({ newlyQuarantined }) => newlyQuarantined.length)).toEqual([1, 0]);
  });

  it('calls the second of two equal updates unchanged', () => {
    const result = exportTo(tenantAfter([group('a')]), [group('a', x), group('a', x)]);
    expect(outcomes(result)).toEqual(['updated', 'unchanged']);
    expect(result.plan.results.map(({ objectId }) => objectId)).toEqual(
      ['a', 'a'].map((anchor) => object(result.tenant, anchor).objectId),
    );
  });

  it('knows of nothing that a second delete could have deleted', () => {
    const before = tenantAfter([group('a')]);
    const result = exportTo(before, [remove('a'), remove('a')]);
    expect(outcomes(result)).toEqual(['deleted', 'unchanged']);
    expect(result.plan.results.map(({ objectId }) => objectId)).toEqual([object(before, 'a').objectId, null]);
  });
});

describe('planExport, values that are vacant while objects wait', () => {
  const vacant = (): Tenant => tenantAfter([group('h', x)], [group('w', x)], [remove('h')]);

  it('gives none to an object that waits and is exported again: that is the sweep’s', () => {
    const result = exportTo(vacant(), [group('w', x)]);
    expect(outcomes(result)).toEqual(['unchanged']);
    expect(waitsFor(result.tenant, 'w')).toEqual([x]);
  });

  it('gives one to a newcomer when the last who waits withdraws in the same export, wherever in the list', () => {
    for (const operations of [
      [remove('w'), group('n', x)],
      [group('n', x), remove('w')],
      [group('n', x), group('w')],
    ]) {
      const result = exportTo(vacant(), operations);
      expect(addresses(result.tenant, 'n')).toEqual([x]);
      expect(waitsFor(result.tenant, 'n')).toEqual([]);
    }
  });

  it('gives none to a newcomer while the one who waits goes on, with whatever change', () => {
    const result = exportTo(vacant(), [group('n', x), { ...group('w', x), displayName: 'New' }]);
    expect(waitsFor(result.tenant, 'n')).toEqual([x]);
    expect(waitsFor(result.tenant, 'w')).toEqual([x]);
  });

  it('puts a newcomer behind those who go on waiting when others withdraw', () => {
    const result = exportTo(exportTo(vacant(), [group('v', x)]).tenant, [remove('w'), group('n', x)]);
    expect(waitsFor(result.tenant, 'n')).toEqual([x]);
  });

  it('lets the first in the list have what the export itself vacates, before one who waited', () => {
    const before = tenantAfter([group('h', x)], [group('w', x)]);
    const result = exportTo(before, [group('n', x), group('w', x), remove('h')]);
    expect(addresses(result.tenant, 'n')).toEqual([x]);
    expect(waitsFor(result.tenant, 'w')).toEqual([x]);
  });
});

describe('planExport, mail and the addresses of licensed users', () => {
  it('reports a calculated address at the operation that desires the UPN', () => {
    const before = tenantAfter([group('h', 'smtp:new@contoso.com')]);
    const licensed = { exchangeLicensed: true };
    const { plan } = exportTo(before, [
      user('u', { userPrincipalName: 'old@contoso.com', ...licensed }),
      update('u', { userPrincipalName: 'new@contoso.com' }),
      update('u', { displayName: 'U' }),
    ]);
    expect(plan.results.map(({ newlyQuarantined }) => newlyQuarantined.length)).toEqual([0, 1, 0]);
  });

  it('makes mail the primary when the exported primary goes, and quarantines it when another object has it', () => {
    const mail = 'x@contoso.com';
    const before = tenantAfter([{ ...group('a', 'SMTP:p@contoso.com'), mail }, group('h', x)]);
    const result = exportTo(before, [update('a', { proxyAddresses: ['smtp:p@contoso.com'] })]);
    expect(addresses(result.tenant, 'a')).toEqual(['smtp:p@contoso.com']);
    expect(waitsFor(result.tenant, 'a')).toEqual(['SMTP:x@contoso.com']);
  });

  it('keeps mail out while the exported primary is quarantined', () => {
    const before = tenantAfter([group('h', 'SMTP:p@contoso.com')]);
    const result = exportTo(before, [{ ...group('a', 'SMTP:p@contoso.com'), mail: 'm@contoso.com' }]);
    expect(addresses(result.tenant, 'a')).toEqual([]);
  });

  it('changes the calculated address with the UPN, and gives the old one up', () => {
    const before = tenantAfter([user('a', { exchangeLicensed: true })]);
    const result = exportTo(before, [
      update('a', { userPrincipalName: 'b@contoso.com' }),
      group('n', 'smtp:a@contoso.com'),
    ]);
    expect(addresses(result.tenant, 'a')).toEqual(['smtp:b@contoso.com']);
    expect(addresses(result.tenant, 'n')).toEqual(['smtp:a@contoso.com']);
  });

  it('vacates the address of a user who goes onto a placeholder', () => {
    const before = tenantAfter([user('a', { exchangeLicensed: true }), user('b')]);
    const result = exportTo(before, [update('a', { userPrincipalName: 'b@contoso.com' })]);
    expect(addresses(result.tenant, 'a')).toEqual(['smtp:b+4821@contoso.onmicrosoft.com']);
    expect(waitsFor(result.tenant, 'a')).toEqual(['b@contoso.com']);
  });

  it('has a user who gets its own UPN desire it as an address, which a caller may have', () => {
    const waiting = user('w', { userPrincipalName: 'x@contoso.com', exchangeLicensed: true });
    const before = tenantAfter([user('h', { userPrincipalName: 'x@contoso.com' }), group('g', x)], [waiting]);
    const result = exportTo(before, [remove('h'), waiting]);
    expect(upn(result.tenant, 'w')).toBe('x@contoso.com');
    expect(waitsFor(result.tenant, 'w')).toEqual([x]);
    expect(outcomes(result)).toEqual(['deleted', 'updated']);
  });

  it('chooses no placeholder that another object of the export desires as an address', () => {
    const twin = user('b', { userPrincipalName: 'x@contoso.com', exchangeLicensed: true });
    const before = tenantAfter([user('a', { userPrincipalName: 'x@contoso.com' })]);
    const result = exportTo(before, [twin, group('g', 'smtp:x+4821@contoso.onmicrosoft.com')]);
    expect(upn(result.tenant, 'b')).toBe('x+4822@contoso.onmicrosoft.com');
    expect(waitsFor(result.tenant, 'g')).toEqual([]);
  });

  it('chooses no placeholder that another user of the export desires as its UPN', () => {
    const before = exportTo(emptyTenant, [user('a', { userPrincipalName: 'x@contoso.com' })], { form: plain }).tenant;
    const result = exportTo(
      before,
      [
        user('b', { userPrincipalName: 'x@contoso.com' }),
        user('c', { userPrincipalName: 'x4821@contoso.onmicrosoft.com' }),
      ],
      { form: plain },
    );
    expect(upn(result.tenant, 'b')).toBe('x4822@contoso.onmicrosoft.com');
    expect(upn(result.tenant, 'c')).toBe('x4821@contoso.onmicrosoft.com');
  });

  it('gives a user who desires the placeholder of another its value, and the other another placeholder (4.7)', () => {
    const twins = ['a', 'b'].map((anchor) => user(anchor, { userPrincipalName: 'x@contoso.com' }));
    const before = exportTo(emptyTenant, twins, { form: plain }).tenant;
    const asked = 'x4821@contoso.onmicrosoft.com';
    const result = exportTo(before, [user('c', { userPrincipalName: asked })], { form: plain });
    expect(upn(result.tenant, 'c')).toBe(asked);
    expect(waitsFor(result.tenant, 'c')).toEqual([]);
    expect(upn(result.tenant, 'b')).toBe('x4822@contoso.onmicrosoft.com');
    expect(waitsFor(result.tenant, 'b')).toEqual(['x@contoso.com']);
  });
});

describe('valuesInQuestion, at the edges', () => {
  it('names the address that an unchanged licensed user gets with a UPN that the export vacates', () => {
    const waiting = user('w', { userPrincipalName: 'x@contoso.com', exchangeLicensed: true });
    const before = tenantAfter([user('h', { userPrincipalName: 'x@contoso.com' })], [waiting]);
    expect(inQuestion([waiting, remove('h')], before)).toEqual(['smtp|x@contoso.com', 'upn|x@contoso.com']);
  });

  it('names a value that an unchanged object waits for and that may be a placeholder, as only an earlier version left it', () => {
    const twins = ['a', 'b'].map((anchor) => user(anchor, { userPrincipalName: 'x@contoso.com' }));
    const both = ['c', 'd'].map((anchor) => user(anchor, { userPrincipalName: 'x4821@contoso.onmicrosoft.com' }));
    const before = tenantAfter(twins, both);
    expect(inQuestion([remove('a'), update('b', {}), update('d', {})], before)).toEqual([
      'upn|x4821@contoso.onmicrosoft.com',
      'upn|x@contoso.com',
    ]);
  });

  it('names the address of its UPN that a licensed user vacates when it does not get the next one', () => {
    const before = tenantAfter([user('a', { exchangeLicensed: true }), user('b')], [group('w', 'smtp:a@contoso.com')]);
    const changes = [update('a', { userPrincipalName: 'b@contoso.com' }), update('w', {})];
    expect(inQuestion(changes, before)).toContain('smtp|a@contoso.com');
  });

  it('names an address that a licensed user no longer exports, though it would be that of the UPN it desires', () => {
    const before = tenantAfter([
      user('a', { exchangeLicensed: true, proxyAddresses: ['SMTP:x@contoso.com'] }),
      user('b', { userPrincipalName: 'x@contoso.com', mail: 'x@contoso.com' }),
    ]);
    const changes = [update('a', { proxyAddresses: null, userPrincipalName: 'x@contoso.com' }), update('b', {})];
    expect(inQuestion(changes, before)).toContain('smtp|x@contoso.com');
    expect(addresses(exportTo(before, changes).tenant, 'b')).toEqual(['SMTP:x@contoso.com']);
  });

  it('names what an object desires when one of several operations on it is refused', () => {
    const before = tenantAfter([group('h', x500, x), group('a')]);
    const changes = [group('a', 'SMTP:p@contoso.com', x500), update('a', { mail: 'x@contoso.com' })];
    expect(inQuestion(changes, before)).toContain('smtp|x@contoso.com');
    expect(waitsFor(exportTo(before, changes).tenant, 'a')).toEqual(['SMTP:x@contoso.com']);
  });
});
