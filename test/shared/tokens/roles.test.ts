import { describe, expect, it } from 'vitest';
import { holdsRole } from '../../../shared/tokens/roles.ts';

describe('holdsRole()', () => {
  it.each([
    ['the role for all tenants', ['Exports.Write'], 'contoso', true],
    ['the role for the tenant', ['Exports.Write/contoso'], 'contoso', true],
    ['the role for another tenant', ['Exports.Write/fabrikam'], 'contoso', false],
    ['the role for a tenant, and the request has none', ['Exports.Write/contoso'], undefined, false],
    ['the role for all tenants, and the request has none', ['Exports.Write'], undefined, true],
    ['another role', ['Errors.Read', 'Tenants.Manage'], 'contoso', false],
    ['several roles', ['Errors.Read', 'Exports.Write/contoso'], 'contoso', true],
    ['a role in another case', ['exports.write'], 'contoso', false],
    ['a role with a slash only', ['Exports.Write/'], 'contoso', false],
    ['no role', [], 'contoso', false],
  ])('if the token has %s', (_, held, tenantId, expected) => {
    expect(holdsRole(held, ['Exports.Write'], tenantId)).toBe(expected);
  });

  it('is true if one of several roles is sufficient', () => {
    expect(holdsRole(['Errors.Read'], ['Exports.Write', 'Errors.Read'], 'contoso')).toBe(true);
    expect(holdsRole(['Conflicts.Fix'], ['Exports.Write', 'Errors.Read'], 'contoso')).toBe(false);
  });
});
