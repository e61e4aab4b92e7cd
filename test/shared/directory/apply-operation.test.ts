import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/directory/apply-operation.ts';
import type { DesiredObject, Operation } from '../../../shared/directory/operation.ts';
import { group, remove, update, user } from './fixtures.ts';

function desiredAfter(...operations: Operation[]): DesiredObject | undefined {
  return operations.reduce<DesiredObject | undefined>((current, operation) => {
    const applied = applyOperation(current, operation);
    if ('failure' in applied) throw new Error(applied.failure.code);
    return applied.desired;
  }, undefined);
}

const full = user('a', {
  mail: 'm@contoso.com',
  proxyAddresses: ['SMTP:p@contoso.com'],
  exchangeLicensed: true,
  attributes: { city: 'Rome', roles: ['x', 'y'] },
});

describe('applyOperation, an add', () => {
  it('takes absent properties as empty', () => {
    expect(desiredAfter({ operation: 'add', sourceAnchor: 'a', objectType: 'Group' })).toEqual({
      objectType: 'Group',
      exported: {
        displayName: null,
        userPrincipalName: null,
        mail: null,
        proxyAddresses: [],
        exchangeLicensed: false,
        attributes: {},
      },
    });
  });

  it('takes null as empty', () => {
    const empty = { displayName: null, mail: null, proxyAddresses: null, exchangeLicensed: null, attributes: null };
    expect(desiredAfter({ ...group('a', 'smtp:x@contoso.com'), ...empty })).toEqual(
      desiredAfter({ operation: 'add', sourceAnchor: 'a', objectType: 'Group' }),
    );
  });

  it('needs the object type of a new object', () => {
    expect(applyOperation(undefined, { operation: 'add', sourceAnchor: 'a' })).toEqual({
      failure: {
        code: 'DataValidationFailed',
        ...{ operation: 'add', sourceAnchor: 'a' },
        reason: { kind: 'objectTypeMissing' },
      },
    });
  });

  it('replaces an object that exists', () => {
    expect(desiredAfter(full, user('a'))).toEqual(desiredAfter(user('a')));
  });

  it('returns the same object if it desires nothing new', () => {
    const current = desiredAfter(full);
    expect(desiredAfter(full)).not.toBe(current);
    expect(applyOperation(current, full)).toEqual({ desired: current });
    expect((applyOperation(current, full) as { desired: DesiredObject }).desired).toBe(current);
  });
});

describe('applyOperation, an update', () => {
  it('keeps absent properties', () => {
    const current = desiredAfter(full);
    expect((applyOperation(current, update('a', {})) as { desired: DesiredObject }).desired).toBe(current);
  });

  it('clears null properties', () => {
    const cleared = update('a', {
      displayName: null,
      mail: null,
      proxyAddresses: null,
      exchangeLicensed: null,
      attributes: null,
    });
    expect(desiredAfter(full, cleared)?.exported).toEqual({
      displayName: null,
      userPrincipalName: 'a@contoso.com',
      mail: null,
      proxyAddresses: [],
      exchangeLicensed: false,
      attributes: {},
    });
  });

  it('merges attributes by name', () => {
    const attributes = { city: null, title: 'CEO', missing: null };
    expect(desiredAfter(full, update('a', { attributes }))?.exported.attributes).toEqual({
      title: 'CEO',
      roles: ['x', 'y'],
    });
  });

  it.each([
    ['letter case of the UPN', { userPrincipalName: 'A@contoso.com' }],
    ['letter case of an address', { proxyAddresses: ['SMTP:P@contoso.com'] }],
    ['an attribute that becomes a list', { attributes: { city: ['Rome'] } }],
    ['the order of a list', { attributes: { roles: ['y', 'x'] } }],
    ['an attribute with the name of a method', { attributes: { toString: [], city: null, roles: null } }],
  ])('takes %s for a change', (_, changes) => {
    const current = desiredAfter(full);
    expect((applyOperation(current, update('a', changes)) as { desired: DesiredObject }).desired).not.toBe(current);
  });

  it('tells an attribute with the name of a method from one that is not there', () => {
    const current = desiredAfter({ ...group('a'), attributes: { toString: [] } });
    const renamed = { ...group('a'), attributes: { other: [] } };
    expect((applyOperation(current, renamed) as { desired: DesiredObject }).desired).not.toBe(current);
  });

  it('fails for an object that does not exist', () => {
    expect(applyOperation(undefined, update('a', { objectType: 'Group' }))).toEqual({
      failure: {
        code: 'ObjectNotFound',
        ...{ operation: 'update', sourceAnchor: 'a' },
        reason: { kind: 'objectNotFound' },
      },
    });
  });
});

describe('applyOperation, a change of the object type', () => {
  it.each(['add', 'update'] as const)('fails at an %s', (operation) => {
    expect(applyOperation(desiredAfter(full), { operation, sourceAnchor: 'a', objectType: 'Group' })).toEqual({
      failure: {
        code: 'ObjectTypeMismatch',
        ...{ operation, sourceAnchor: 'a' },
        reason: { kind: 'objectTypeMismatch', objectType: 'User' },
      },
    });
  });

  it('is no change when the same type is given', () => {
    expect(desiredAfter(full, update('a', { objectType: 'User', displayName: 'New' }))?.exported.displayName).toBe(
      'New',
    );
  });
});

describe('applyOperation, a delete', () => {
  it('leaves nothing, also of an object that does not exist', () => {
    expect(desiredAfter(full, remove('a'))).toBeUndefined();
    expect(desiredAfter(remove('a'))).toBeUndefined();
  });
});
