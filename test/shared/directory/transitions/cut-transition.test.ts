import { describe, expect, it } from 'vitest';
import { valueChanges, type Transition } from '../../../../shared/directory/transitions/transition.ts';
import { cutTransition as cutInto } from '../../../../shared/directory/transitions/cut-transition.ts';
import { type DirectoryObject, heldValues, proxyAddressesOf } from '../../../../shared/directory/objects.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { emptyTenant, exportTo, group, monday, remove, type Tenant, tenantAfter, tuesday, user } from '../fixtures.ts';

const addresses = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => `smtp:a${from + n}@contoso.com`);

function transitionOf(tenant: Tenant, anchor: string, operations: readonly Operation[]): Transition {
  const { plan } = exportTo(tenant, operations, { now: tuesday });
  return plan.transitions.find(({ sourceAnchor }) => sourceAnchor === anchor) as Transition;
}

const cutTransition = (transition: Transition) => cutInto(transition, 100);

const counts = (transition: Transition): (number | undefined)[] =>
  cutTransition(transition).map(({ after }) => after?.exported.proxyAddresses.length);
const waits = (transition: Transition): (number | undefined)[] =>
  cutTransition(transition).map(({ after }) => after?.quarantined.length);

describe('cutTransition', () => {
  it('returns a transition of at most 100 rows unchanged', () => {
    const small = transitionOf(emptyTenant, 'a', [group('a', ...addresses(0, 49))]);
    expect(cutTransition(small)).toEqual([small]);
    expect(cutTransition(small)[0]).toBe(small);
    expect(cutTransition(transitionOf(emptyTenant, 'a', [group('a', ...addresses(0, 50))]))).toHaveLength(4);
  });

  it.each([
    [19, 0, 'a whole'],
    [20, 0, 'parts'],
    [11, 10, 'a whole'],
    [12, 10, 'parts'],
  ])(
    'counts five rows for each quarantine that begins and four for each that ends: %i and %i make %s',
    (begin, end, made) => {
      const holder = group('h', ...addresses(0, 60));
      const before = tenantAfter([holder, group('a', ...addresses(0, end))]);
      const parts = cutTransition(transitionOf(before, 'a', [group('a', ...addresses(end, end + begin))]));
      expect(parts.length > 1).toBe(made === 'parts');
    },
  );

  it('adds the addresses of a new object 17 at a time', () => {
    expect(counts(transitionOf(emptyTenant, 'a', [group('a', ...addresses(0, 60))]))).toEqual([0, 17, 34, 51, 60]);
  });

  it('adds them one at a time if a transaction has hardly room for one', () => {
    const transition = transitionOf(emptyTenant, 'a', [group('a', ...addresses(0, 10))]);
    const parts = cutInto(transition, 16).map(({ after }) => after?.exported.proxyAddresses.length);
    expect(parts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('takes the addresses of a deleted object away before it', () => {
    const before = tenantAfter([group('a', ...addresses(0, 60))]);
    expect(counts(transitionOf(before, 'a', [remove('a')]))).toEqual([51, 34, 17, 0, undefined]);
  });

  it('has an object begin to wait for 17 addresses at a time', () => {
    const before = tenantAfter([group('h', ...addresses(0, 60))]);
    const transition = transitionOf(before, 'a', [group('a', ...addresses(0, 60))]);
    expect(counts(transition)).toEqual([0, 17, 34, 51, 60]);
    expect(waits(transition)).toEqual([0, 17, 34, 51, 60]);
  });

  it('has an object stop to wait for 17 addresses at a time', () => {
    const before = tenantAfter([group('h', ...addresses(0, 60)), group('a', ...addresses(0, 60))]);
    const transition = transitionOf(before, 'a', [group('a')]);
    expect(counts(transition)).toEqual([51, 34, 17, 0, 0]);
    expect(waits(transition)).toEqual([51, 34, 17, 0, 0]);
  });

  it('cuts also if all addresses are written as the primary; the first stays', () => {
    const primaries = addresses(0, 60).map((address) => address.replace('smtp', 'SMTP'));
    expect(counts(transitionOf(emptyTenant, 'a', [group('a', ...primaries)]))).toEqual([1, 18, 35, 52, 60]);
  });

  it('vacates what goes before it takes what comes, and leaves alone what stays', () => {
    const before = tenantAfter([group('a', ...addresses(0, 50))]);
    const transition = transitionOf(before, 'a', [group('a', ...addresses(20, 90))]);
    expect(counts(transition)).toEqual([47, 30, 30, 47, 64, 70]);
    for (const { after } of cutTransition(transition)) {
      expect(proxyAddressesOf(after as DirectoryObject)).toEqual(expect.arrayContaining(addresses(20, 50)));
    }
  });

  it('marks all parts but the last, and shows the errors of all as of the end', () => {
    const transition = transitionOf(emptyTenant, 'a', [group('a', ...addresses(0, 60))]);
    const parts = cutTransition(transition);
    expect(parts.map(({ isPart }) => isPart)).toEqual([true, true, true, true, false]);
    expect(parts.every(({ shownAs }) => shownAs === transition.after)).toBe(true);
  });

  it.each(['SMTP', 'smtp'])('lets an object wait, with its place, until the part in which it gets %s:x', (type) => {
    const before = tenantAfter([
      group('h', 'smtp:x@contoso.com'),
      group('a', ...addresses(0, 50), `${type}:x@contoso.com`),
    ]);
    const operations = [group('h'), group('a', 'smtp:X@contoso.com', ...addresses(50, 100))];
    const parts = cutTransition(transitionOf(before, 'a', operations));
    const waiting = parts.map(({ after }) => after?.quarantined.map(({ whenStarted }) => whenStarted));
    expect(new Set(waiting.slice(0, -3).flat())).toEqual(new Set([monday.toISOString()]));
    expect(waiting.every((some, index) => some?.length === (index < waiting.length - 3 ? 1 : 0))).toBe(true);
    expect(parts.map((part) => valueChanges(part).stopped.length).reduce((sum, count) => sum + count)).toBe(1);
  });

  it('begins a new quarantine with a new object of the same anchor, in the part that desires the address', () => {
    const before = tenantAfter([group('h', 'smtp:x@contoso.com'), group('a', 'smtp:x@contoso.com')]);
    const operations = [remove('a'), group('a', ...addresses(0, 60), 'smtp:x@contoso.com')];
    const parts = cutTransition(transitionOf(before, 'a', operations));
    const starts = parts.map(({ after }) => after?.quarantined.map(({ whenStarted }) => whenStarted));
    expect(starts).toEqual([[], [], [], [], [], [tuesday.toISOString()]]);
  });

  it('leaves a new object of the same anchor nothing of the place of the one before, though it gets the address', () => {
    const before = tenantAfter([group('h', 'smtp:x@contoso.com'), group('a', 'smtp:x@contoso.com')]);
    const operations = [group('h'), remove('a'), group('a', ...addresses(0, 60), 'smtp:x@contoso.com')];
    const transition = transitionOf(before, 'a', operations);
    const parts = cutTransition(transition).map(({ after }) => after as DirectoryObject);
    expect(parts.at(-1)).toBe(transition.after);
    const ofNew = parts.filter(({ objectId }) => objectId === transition.after?.objectId);
    expect(ofNew.length).toBeGreaterThan(1);
    expect(ofNew.flatMap(({ quarantined }) => quarantined)).toEqual([]);
  });

  it('writes standing errors again before all else, 88 at a time', () => {
    const before = tenantAfter([group('h', ...addresses(0, 200)), group('a', ...addresses(0, 200))]);
    const transition = transitionOf(before, 'a', [{ ...group('a', ...addresses(0, 200)), displayName: 'New' }]);
    const parts = cutTransition(transition);
    expect(parts.map(({ restamp }) => restamp?.size)).toEqual([88, 88, 24, 0]);
    expect(parts.map(({ isPart }) => isPart)).toEqual([true, true, true, false]);
    expect(parts.slice(0, 3).every(({ after }) => after === transition.before)).toBe(true);
    expect(parts.at(-1)?.after).toBe(transition.after);
  });

  it('keeps the primary throughout, because mail would take its place', () => {
    const operation = {
      ...group('a', ...addresses(0, 60), 'SMTP:primary@contoso.com'),
      mail: 'mail@contoso.com',
    };
    for (const { after } of cutTransition(transitionOf(emptyTenant, 'a', [operation]))) {
      expect(proxyAddressesOf(after as DirectoryObject)[0]).toBe('SMTP:primary@contoso.com');
    }
  });

  it.each([
    ['the primary in another spelling', ['SMTP:x@contoso.com', 'smtp:X@contoso.com'], {}],
    ['mail', ['smtp:x@contoso.com'], { mail: 'X@contoso.com' }],
    [
      'the UPN of a licensed user',
      ['smtp:x@contoso.com'],
      { userPrincipalName: 'x@contoso.com', exchangeLicensed: true },
    ],
  ])('lets no object have a quarantined address in between that is also %s', (_, own, rest) => {
    const before = tenantAfter([group('h', 'smtp:x@contoso.com')]);
    const operation = user('a', { ...rest, proxyAddresses: [...own, ...addresses(0, 60)] });
    const parts = cutTransition(transitionOf(before, 'a', [operation]));
    expect(parts.length).toBeGreaterThan(1);
    for (const { after } of parts) expect(heldValues(after as DirectoryObject)).not.toContain('smtp|x@contoso.com');
  });
});
