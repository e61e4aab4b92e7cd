import { describe, expect, it } from 'vitest';
import { proxyAddressesOf, userPrincipalNameOf } from '../../../../shared/directory/objects.ts';
import { planExport } from '../../../../shared/directory/export/plan-export.ts';
import { smtpKey, upnKey } from '../../../../shared/directory/values.ts';
import {
  contoso,
  emptyTenant,
  exportTo as exportInto,
  group,
  groupWith,
  itemsOf,
  monday,
  remove,
  sequence,
  stateOf,
  type Tenant,
  update,
  user,
} from '../fixtures.ts';

// Without a separator, a placeholder is also a UPN that an object can desire.
const form = { ...contoso, placeholderSeparator: '' as const };
const exportTo = (...[tenant, operations]: Parameters<typeof exportInto>) => exportInto(tenant, operations, { form });
const tenantAfter = (...exports: Parameters<typeof exportInto>[1][]): Tenant =>
  exports.reduce<Tenant>((tenant, operations) => exportTo(tenant, operations).tenant, emptyTenant);

const joe = (anchor: string, rest = {}) => user(anchor, { userPrincipalName: 'joe@fabrikam.com', ...rest });
const placeholder = 'joe4821@contoso.onmicrosoft.com';
const nextPlaceholder = 'joe4822@contoso.onmicrosoft.com';
const desiringPlaceholder = (anchor: string) => user(anchor, { userPrincipalName: placeholder });
/** The UPNs in force. */
const names = (tenant: Tenant, ...anchors: string[]) =>
  anchors.map((anchor) => {
    const object = tenant.get(anchor);
    return object && userPrincipalNameOf(object);
  });

describe('allocateNames', () => {
  it('gives a UPN to the user that desires it since the earliest operation, without a break', () => {
    const first = exportTo(emptyTenant, [joe('a'), joe('b'), update('a', { displayName: 'A' })]).tenant;
    expect(names(first, 'a', 'b')).toEqual(['joe@fabrikam.com', placeholder]);
    const later = exportTo(emptyTenant, [user('a'), joe('b'), update('a', { userPrincipalName: 'joe@fabrikam.com' })]);
    expect(names(later.tenant, 'a', 'b')).toEqual([placeholder, 'joe@fabrikam.com']);
  });

  it.each([
    ['that is in the export', [update('b', { displayName: 'B' })]],
    ['that the export does not name', []],
  ])('replaces the placeholder of a user %s if another desires it as its UPN (4.7)', (_, more) => {
    const before = tenantAfter([joe('a'), joe('b')]);
    const { tenant, plan } = exportTo(before, [desiringPlaceholder('c'), ...more]);
    expect(names(tenant, 'b', 'c')).toEqual([nextPlaceholder, placeholder]);
    expect(tenant.get('b')?.quarantined).toEqual(before.get('b')?.quarantined);
    expect(plan.results.map(({ sourceAnchor, newlyQuarantined }) => [sourceAnchor, newlyQuarantined])).toEqual(
      ['c', ...more.map(({ sourceAnchor }) => sourceAnchor)].map((anchor) => [anchor, []]),
    );
  });

  it('replaces the placeholder of a licensed user if an object desires its address (4.7)', () => {
    const before = tenantAfter([joe('a'), joe('b', { exchangeLicensed: true })]);
    const { tenant } = exportTo(before, [group('g', `SMTP:${placeholder}`)]);
    expect(names(tenant, 'b')).toEqual([nextPlaceholder]);
    expect([...tenant.values()].map(proxyAddressesOf)).toEqual([
      [],
      [`smtp:${nextPlaceholder}`],
      [`SMTP:${placeholder}`],
    ]);
  });

  it('leaves a user without a licence its placeholder if an object desires only the address', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    expect(names(exportTo(before, [group('g', `SMTP:${placeholder}`)]).tenant, 'b')).toEqual([placeholder]);
  });

  it('draws another placeholder for a user that becomes licensed and cannot have the address of its own (4.7)', () => {
    const before = tenantAfter([joe('a'), joe('b')], [group('g', `smtp:${placeholder}`)]);
    const { tenant } = exportTo(before, [update('b', { exchangeLicensed: true })]);
    expect(names(tenant, 'b')).toEqual([nextPlaceholder]);
    expect(tenant.get('b')?.quarantined).toHaveLength(1);
    const { tenant: vacated } = exportTo(before, [update('b', { exchangeLicensed: true }), remove('g')]);
    expect(names(vacated, 'b')).toEqual([placeholder]);
  });

  it('quarantines the address of a placeholder that its user exports and holds itself, as any other', () => {
    const before = tenantAfter([joe('a'), joe('b', { proxyAddresses: [`smtp:${placeholder}`] })]);
    const { tenant } = exportTo(before, [group('g', `smtp:${placeholder}`)]);
    expect(names(tenant, 'b')).toEqual([placeholder]);
    expect(tenant.get('g')?.quarantined.map(({ propertyValue }) => propertyValue)).toEqual([`smtp:${placeholder}`]);
  });

  it('gives a value to an object that an earlier version let wait for a placeholder, when it is exported again', () => {
    const before = tenantAfter([joe('a'), joe('b', { exchangeLicensed: true })]);
    const waiting = {
      ...groupWith('g', `smtp:${placeholder}`),
      quarantined: [
        {
          propertyName: 'ProxyAddresses',
          propertyValue: `smtp:${placeholder}`,
          whenStarted: monday.toISOString(),
        } as const,
      ],
    };
    const { tenant, plan } = exportTo(new Map([...before, ['g', waiting]]), [update('g', {})]);
    expect(names(tenant, 'b')).toEqual([nextPlaceholder]);
    expect(tenant.get('g')?.quarantined).toEqual([]);
    expect(plan.results[0]?.outcome).toBe('updated');
  });

  it('refuses the operation that desires a placeholder if its user finds no other', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    const { values } = stateOf(before);
    const all = Array.from({ length: 10_000 }, (_, n) => `joe${String(n).padStart(4, '0')}@contoso.onmicrosoft.com`);
    const taken = all.map((name) => [upnKey(name), { holder: 'z', waiting: 0 }] as const);
    const { transitions, results } = planExport(
      itemsOf([desiringPlaceholder('c'), group('g', 'smtp:g@contoso.com')]),
      { objects: before, values: new Map([...taken, ...values]) },
      { placeholderForm: form, now: monday, random: sequence(), newObjectId: () => 'object-c' },
    );
    expect(transitions.map(({ sourceAnchor }) => sourceAnchor)).toEqual(['g']);
    expect(results[0]?.failure?.code).toBe('AttributeValueMustBeUnique');
    expect(results[0]?.failure?.reason).toMatchObject({ displaced: { sourceAnchor: 'b', placeholder } });
  });

  it('gives out in one export what comes free one after the other', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    const { tenant } = exportTo(before, [desiringPlaceholder('c'), joe('b'), remove('a')]);
    expect(names(tenant, 'b', 'c')).toEqual(['joe@fabrikam.com', placeholder]);
    expect([...tenant.values()].flatMap(({ quarantined }) => quarantined)).toEqual([]);
  });

  it('gives a new object of the same anchor a placeholder of its own', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    expect(names(exportTo(before, [remove('b'), joe('b')]).tenant, 'b')).toEqual([nextPlaceholder]);
  });

  it('chooses for a user without a licence a placeholder whose address another object has', () => {
    const before = tenantAfter([joe('a'), group('g', `smtp:${placeholder}`)]);
    expect(names(exportTo(before, [joe('b')]).tenant, 'b')).toEqual([placeholder]);
    expect(names(exportTo(before, [joe('b', { exchangeLicensed: true })]).tenant, 'b')).toEqual([nextPlaceholder]);
  });

  it('chooses two placeholders for two users of one export, though both begin at the same digits', () => {
    const { tenant } = exportInto(tenantAfter([joe('a')]), [joe('b'), joe('c')], { form, random: () => 0.4821 });
    expect(names(tenant, 'b', 'c')).toEqual([placeholder, nextPlaceholder]);
  });

  it('chooses no placeholder that another object waits for', () => {
    const before = tenantAfter([joe('a'), desiringPlaceholder('b')], [desiringPlaceholder('c')], [remove('b')]);
    expect(names(exportTo(before, [joe('d')]).tenant, 'd')).toEqual([nextPlaceholder]);
  });

  it('chooses a placeholder that was vacated, if no object waits for it', () => {
    const state = stateOf(tenantAfter([joe('a')]));
    const vacant = [upnKey(placeholder), smtpKey(placeholder)].map(
      (key) => [key, { holder: null, waiting: 0 }] as const,
    );
    const { transitions } = planExport(
      itemsOf([joe('b', { exchangeLicensed: true })]),
      { ...state, values: new Map([...state.values, ...vacant]) },
      { placeholderForm: form, now: monday, random: sequence(), newObjectId: () => 'object-b' },
    );
    expect(transitions[0]?.after?.placeholder).toBe(placeholder);
  });
});
