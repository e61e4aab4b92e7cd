import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { type Access, keyLevelOf, keyOf, refuseStrangers, rolesFor } from '../../../shared/http/access.ts';
import type { Role } from '../../../shared/tokens/roles.ts';

const either: Access = ['Errors.Read', 'Conflicts.Fix'];
const both: Access = { allOf: ['Exports.Write', 'Errors.Read'] };

describe('rolesFor()', () => {
  it.each<[Access, readonly (readonly Role[])[]]>([
    ['anyone', []],
    ['Errors.Read', [['Errors.Read']]],
    [either, [['Errors.Read'], ['Conflicts.Fix']]],
    [both, [['Exports.Write', 'Errors.Read']]],
  ])('returns the sets of roles that open a route for %j', (access, sets) => {
    expect(rolesFor(access)).toEqual(sets);
  });
});

describe('keyOf()', () => {
  it.each<[Access, string]>([
    ['anyone', 'anonymous'],
    ['Exports.Write', 'function'],
    [both, 'function'],
    [either, 'function'],
    ['Conflicts.Fix', 'admin'],
    ['Tenants.Manage', 'admin'],
    [['Conflicts.Fix', 'Tenants.Manage'], 'admin'],
    [{ allOf: ['Errors.Read', 'Tenants.Manage'] }, 'admin'],
  ])('for %j is "%s"', (access, key) => {
    expect(keyOf(access)).toBe(key);
  });
});

describe('keyLevelOf()', () => {
  it('requires no key only if both settings of Microsoft Entra are set', () => {
    const entra = { ENTRA_TENANT_ID: 'any', API_AUDIENCE: 'api://any' };
    expect(keyLevelOf('Tenants.Manage', entra)).toBe('anonymous');
    expect(keyLevelOf('Tenants.Manage', { ENTRA_TENANT_ID: 'any' })).toBe('admin');
    expect(keyLevelOf('Tenants.Manage', {})).toBe('admin');
  });
});

describe('refuseStrangers()', () => {
  const request = new HttpRequest({ url: 'http://localhost/', method: 'GET', params: { tenantId: 'contoso' } });
  const call = (access: Access, held: readonly Role[]): void =>
    refuseStrangers(access, request, { name: 'caller', has: (role) => held.includes(role) });

  it.each<[Access, readonly Role[]]>([
    ['anyone', []],
    ['Errors.Read', ['Errors.Read']],
    [either, ['Conflicts.Fix']],
    [both, ['Errors.Read', 'Exports.Write']],
  ])('lets in, for %j, a caller with %j', (access, held) => {
    expect(() => call(access, held)).not.toThrow();
  });

  it.each<[Access, readonly Role[], RegExp]>([
    ['Errors.Read', [], /"Errors\.Read".*"Errors\.Read\/contoso"/],
    [either, ['Exports.Write'], /"Errors\.Read".*"Conflicts\.Fix"/],
    [both, ['Errors.Read'], /"Exports\.Write" or "Exports\.Write\/contoso"/],
  ])('refuses, for %j, a caller with %j, and names the missing roles', (access, held, message) => {
    expect(() => call(access, held)).toThrow(message);
    expect(() => call(access, held)).toThrow(expect.objectContaining({ code: 'RoleMissing' }) as Error);
  });
});
