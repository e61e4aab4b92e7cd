import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/directory/apply-operation.ts';
import type { DesiredObject, Operation } from '../../../shared/directory/operation.ts';
import { group, remove, update, user } from './fixtures.ts';

function draftAfter(...operations: Operation[]): DesiredObject | undefined {
  return operations.reduce<DesiredObject | undefined>((current, operation) => {
    const applied = applyOperation(current, operation);
    if ('failure' in applied) throw new Error(applied.failure.message);
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
  it('takes what is absent as empty', () => {
    expect(draftAfter({ operation: 'add', sourceAnchor: 'a', objectType: 'Group' })).toEqual({
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
    expect(draftAfter({ ...group('a', 'smtp:x@contoso.com'), ...empty })).toEqual(
      draftAfter({ operation: 'add', sourceAnchor: 'a', objectType: 'Group' }),
    );
  });

  it('needs the object type of a new object', () => {
    expect(applyOperation(undefined, { operation: 'add', sourceAnchor: 'a' })).toEqual({
      failure: {
        code: 'DataValidationFailed',
        message: 'Cannot add object "a": objectType is missing. It must be "User", "Group" or "Contact".',
      },
    });
  });

  it('replaces an object that exists', () => {
    expect(draftAfter(full, user('a'))).toEqual(draftAfter(user('a')));
  });

  it('gives back the same desired when it asks for nothing new', () => {
    const current = draftAfter(full);
    expect(draftAfter(full)).not.toBe(current);
    expect(applyOperation(current, full)).toEqual({ desired: current });
    expect((applyOperation(current, full) as { desired: DesiredObject }).desired).toBe(current);
  });
});

describe('applyOperation, an update', () => {
  it('keeps what is absent', () => {
    const current = draftAfter(full);
    expect((applyOperation(current, update('a', {})) as { desired: DesiredObject }).desired).toBe(current);
  });

  it('clears what is null', () => {
    const cleared = update('a', {
      displayName: null,
      mail: null,
      proxyAddresses: null,
      exchangeLicensed: null,
      attributes: null,
    });
    expect(draftAfter(full, cleared)?.exported).toEqual({
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
    expect(draftAfter(full, update('a', { attributes }))?.exported.attributes).toEqual({
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
    const current = draftAfter(full);
    expect((applyOperation(current, update('a', changes)) as { desired: DesiredObject }).desired).not.toBe(current);
  });

  it('tells an attribute with the name of a method from one that is not there', () => {
    const current = draftAfter({ ...group('a'), attributes: { toString: [] } });
    const renamed = { ...group('a'), attributes: { other: [] } };
    expect((applyOperation(current, renamed) as { desired: DesiredObject }).desired).not.toBe(current);
  });

  it('fails for an object that does not exist', () => {
    expect(applyOperation(undefined, update('a', { objectType: 'Group' }))).toEqual({
      failure: {
        code: 'ObjectNotFound',
        message: 'Cannot update object "a": there is no such object. Send it as an add.',
      },
    });
  });
});

describe('applyOperation, a change of the object type', () => {
  it.each(['add', 'update'] as const)('fails at an %s', (operation) => {
    expect(applyOperation(draftAfter(full), { operation, sourceAnchor: 'a', objectType: 'Group' })).toEqual({
      failure: {
        code: 'ObjectTypeMismatch',
        message: `Cannot ${operation} object "a": it is a User, and the type of an object never changes. Delete it and add it again.`,
      },
    });
  });

  it('is no change when the same type is given', () => {
    expect(draftAfter(full, update('a', { objectType: 'User', displayName: 'New' }))?.exported.displayName).toBe('New');
  });
});

describe('applyOperation, a delete', () => {
  it('leaves nothing, also of an object that does not exist', () => {
    expect(draftAfter(full, remove('a'))).toBeUndefined();
    expect(draftAfter(remove('a'))).toBeUndefined();
  });
});
