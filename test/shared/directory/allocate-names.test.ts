import { describe, expect, it } from 'vitest';
import { userPrincipalNameOf } from '../../../shared/directory/objects.ts';
import { planExport } from '../../../shared/directory/plan-export.ts';
import { smtpKey, upnKey } from '../../../shared/directory/values.ts';
import {
  contoso,
  emptyTenant,
  exportTo as exportInto,
  group,
  itemsOf,
  monday,
  remove,
  sequence,
  stateOf,
  type Tenant,
  update,
  user,
} from './fixtures.ts';

// Without a separator, a placeholder is also a UPN that somebody can ask for.
const form = { ...contoso, placeholderSeparator: '' as const };
const exportTo = (...[tenant, operations]: Parameters<typeof exportInto>) => exportInto(tenant, operations, { form });
const tenantAfter = (...exports: Parameters<typeof exportInto>[1][]): Tenant =>
  exports.reduce<Tenant>((tenant, operations) => exportTo(tenant, operations).tenant, emptyTenant);

const joe = (anchor: string, rest = {}) => user(anchor, { userPrincipalName: 'joe@fabrikam.com', ...rest });
const placeholder = 'joe4821@contoso.onmicrosoft.com';
const nextPlaceholder = 'joe4822@contoso.onmicrosoft.com';
const asking = (anchor: string) => user(anchor, { userPrincipalName: placeholder });
/** The UPNs in force. */
const names = (tenant: Tenant, ...anchors: string[]) =>
  anchors.map((anchor) => {
    const object = tenant.get(anchor);
    return object && userPrincipalNameOf(object);
  });

describe('allocateNames', () => {
  it('gives a UPN to the user that asks for it since the earliest operation, without a break', () => {
    const first = exportTo(emptyTenant, [joe('a'), joe('b'), update('a', { displayName: 'A' })]).tenant;
    expect(names(first, 'a', 'b')).toEqual(['joe@fabrikam.com', placeholder]);
    const later = exportTo(emptyTenant, [user('a'), joe('b'), update('a', { userPrincipalName: 'joe@fabrikam.com' })]);
    expect(names(later.tenant, 'a', 'b')).toEqual([placeholder, 'joe@fabrikam.com']);
  });

  it('lets a user keep its placeholder in an export in which another asks for that as its UPN', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    const { tenant } = exportTo(before, [asking('c'), update('b', { displayName: 'B' })]);
    expect(names(tenant, 'b')).toEqual([placeholder]);
    expect(tenant.get('c')?.quarantined.map(({ propertyValue }) => propertyValue)).toEqual([placeholder]);
  });

  it('gives out in one export what comes free one after the other', () => {
    const before = tenantAfter([joe('a'), joe('b')], [asking('c')]);
    const { tenant } = exportTo(before, [asking('c'), joe('b'), remove('a')]);
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

  it('chooses no placeholder that nobody has, but somebody waits for', () => {
    const before = tenantAfter([joe('a'), joe('b')], [asking('c')], [remove('b')]);
    expect(names(exportTo(before, [joe('d')]).tenant, 'd')).toEqual([nextPlaceholder]);
  });

  it('chooses a placeholder that was given up, where nobody waits for it', () => {
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
