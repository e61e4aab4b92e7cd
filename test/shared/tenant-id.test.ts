import { describe, expect, it } from 'vitest';
import { generationOf, registrationIdOf, tenantIdForm, tenantIdOf } from '../../shared/tenant-id.ts';

describe('registrationIdOf()', () => {
  it.each([
    [1, 'contoso'],
    [2, 'contoso~2'],
    [10, 'contoso~10'],
  ])('of registration %i is %s, and is read back', (generation, id) => {
    const registrationId = registrationIdOf('contoso', generation);
    expect(registrationId).toBe(id);
    expect([tenantIdOf(registrationId), generationOf(registrationId)]).toEqual(['contoso', generation]);
  });
});

describe('tenantIdForm', () => {
  it.each([
    ['contoso', true],
    ['a-1', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['Contoso', false],
    ['contoso~2', false],
    ['contoso\n', false],
    ['a/b', false],
  ])('of %j: allowed is %s', (tenantId, isAllowed) => expect(tenantIdForm.test(tenantId)).toBe(isAllowed));
});
