import { describe, expect, it } from 'vitest';
import { foldExport, desiredBy } from '../../../../shared/directory/export/fold-export.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { valuesInQuestion } from '../../../../shared/directory/export/values-in-question.ts';
import {
  contact,
  emptyTenant,
  group,
  inQuestionFor,
  itemsOf,
  remove,
  type Tenant,
  tenantAfter,
  update,
  user,
} from '../fixtures.ts';

const [x, y, z] = ['smtp:x@contoso.com', 'smtp:y@contoso.com', 'smtp:z@contoso.com'];
const x500 = 'X500:/o=contoso';
const joe = (anchor: string, rest = {}) => user(anchor, { userPrincipalName: 'joe@contoso.com', ...rest });
const placeholder = 'joe+4821@contoso.onmicrosoft.com';

/** The values in question, in the order of their keys. */
function inQuestion(tenant: Tenant, ...operations: Operation[]): string[] {
  return [...inQuestionFor(itemsOf(operations), tenant)].toSorted();
}

describe('valuesInQuestion, of a new object', () => {
  it('are its UPN and its addresses, with mail as the primary and the address of a licence', () => {
    const added = joe('a', { mail: 'm@contoso.com', exchangeLicensed: true, proxyAddresses: [x, x500] });
    expect(inQuestion(emptyTenant, added)).toEqual([
      'other|x500:/o=contoso',
      'smtp|joe@contoso.com',
      'smtp|m@contoso.com',
      'smtp|x@contoso.com',
      'upn|joe@contoso.com',
    ]);
  });

  it('are all that its operations desired on the way', () => {
    expect(inQuestion(emptyTenant, group('a', x), update('a', { proxyAddresses: [y] }))).toEqual([
      'smtp|x@contoso.com',
      'smtp|y@contoso.com',
    ]);
  });

  it('are none of one that cannot be written', () => {
    expect(inQuestion(emptyTenant, user('a', { userPrincipalName: 'bad' }), update('b', { mail: 'm@x.com' }))).toEqual(
      [],
    );
  });

  it('are, of one that takes the anchor of another, also what that held and desires again, and what it waited for', () => {
    const before = tenantAfter([group('h', y), group('a', x, y, z)]);
    expect(inQuestion(before, remove('a'), group('a', x))).toEqual([
      'smtp|x@contoso.com',
      'smtp|y@contoso.com',
      // Named too, because one of the two operations may be refused.
      'smtp|z@contoso.com',
    ]);
  });
});

describe('valuesInQuestion, of an object that exists', () => {
  it('are what it stops to wait for, not what it vacates', () => {
    const before = tenantAfter([group('h', x), group('a', x, y)]);
    expect(inQuestion(before, group('a'))).toEqual(['smtp|x@contoso.com']);
    expect(inQuestion(before, remove('a'))).toEqual(['smtp|x@contoso.com']);
  });

  it('are what it waits for and desires again, if it desires something else too', () => {
    const before = tenantAfter([group('h', x), group('a', x, y)]);
    expect(inQuestion(before, { ...group('a', x, y), displayName: 'New' })).toEqual(['smtp|x@contoso.com']);
  });

  it('are the UPN of a user on a placeholder, and not what it has', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    expect(inQuestion(before, update('b', { displayName: 'New' }))).toEqual(['upn|joe@contoso.com']);
  });

  it('are with the licence of a user on a placeholder the addresses of both its names', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    expect(inQuestion(before, update('b', { exchangeLicensed: true }))).toEqual([
      `smtp|${placeholder}`,
      'smtp|joe@contoso.com',
      'upn|joe@contoso.com',
    ]);
    const licensed = tenantAfter([joe('a'), joe('b', { exchangeLicensed: true })]);
    expect(inQuestion(licensed, update('b', { displayName: 'New' }))).toEqual([
      'smtp|joe@contoso.com',
      'upn|joe@contoso.com',
    ]);
  });
});

describe('valuesInQuestion, of an object that waits and desires nothing new', () => {
  const waiting = (): Tenant => tenantAfter([group('h', x, y), contact('w', x)]);

  it('are what another vacates in the same export', () => {
    expect(inQuestion(waiting(), group('h', y), contact('w', x))).toEqual(['smtp|x@contoso.com']);
    expect(inQuestion(waiting(), remove('h'), contact('w', x))).toEqual(['smtp|x@contoso.com']);
    expect(inQuestion(waiting(), remove('h'), group('h', x, y), contact('w', x))).toContain('smtp|x@contoso.com');
  });

  it('are none where what is vacated is another value, or nothing', () => {
    expect(inQuestion(waiting(), group('h', x), contact('w', x))).toEqual([]);
    expect(inQuestion(waiting(), { ...group('h', x, y), displayName: 'New' }, contact('w', x))).toEqual([]);
  });

  it('are none if it has no operation in the export', () => {
    expect(inQuestion(waiting(), remove('h'))).toEqual([]);
  });

  it('are the UPN alone if it has no licence', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    expect(inQuestion(before, remove('a'), joe('b'))).toEqual(['upn|joe@contoso.com']);
  });

  it('are a value that may be a placeholder', () => {
    const address = 'smtp:joe4821@contoso.onmicrosoft.com';
    const before = tenantAfter([group('h', address)], [group('w', address)]);
    expect(inQuestion(before, update('w', {}))).toEqual(['smtp|joe4821@contoso.onmicrosoft.com']);
  });
});

describe('valuesInQuestion, if one of several operations on an object may be refused', () => {
  it('are what the object would desire without it', () => {
    const before = tenantAfter([{ ...group('a', 'SMTP:p@contoso.com'), mail: 'm@contoso.com' }]);
    const operations = [group('a', x500), update('a', { proxyAddresses: [y] })];
    expect(inQuestion(before, ...operations)).toEqual([
      'other|x500:/o=contoso',
      'smtp|m@contoso.com',
      'smtp|p@contoso.com',
      'smtp|y@contoso.com',
    ]);
  });

  it('are what an operation desires that fails only because of it', () => {
    const before = tenantAfter([group('a')]);
    const operations = [
      remove('a'),
      user('a', { proxyAddresses: [x500] }),
      { ...group('a', y), mail: 'm@contoso.com' },
    ];
    expect(inQuestion(before, ...operations)).toEqual([
      'other|x500:/o=contoso',
      'smtp|a@contoso.com',
      'smtp|m@contoso.com',
      'smtp|y@contoso.com',
      'upn|a@contoso.com',
    ]);
  });

  it('are the address of the placeholder of a user that one of its operations licenses', () => {
    const before = tenantAfter([joe('a'), joe('b')]);
    const licences = [true, false].map((exchangeLicensed) => update('b', { exchangeLicensed }));
    expect(inQuestion(before, ...licences)).toContain(`smtp|${placeholder}`);
    expect(inQuestion(before, ...licences.toReversed())).toContain(`smtp|${placeholder}`);
  });

  it('are not more for another object of the export', () => {
    const before = tenantAfter([group('a'), group('b', x)]);
    expect(inQuestion(before, group('a', y), group('a', y), { ...group('b', x), displayName: 'New' })).toEqual([
      'smtp|y@contoso.com',
    ]);
  });

  it('are not more for an item that is no operation', () => {
    const items = [
      ...itemsOf([group('a', x)]),
      {
        index: 1,
        sourceAnchor: null,
        failure: {
          ...({ code: 'DataValidationFailed', operation: null, sourceAnchor: null } as const),
          reason: { kind: 'malformed', index: 1, detail: '' },
        },
      },
    ] as const;
    expect([...inQuestionFor(items, tenantAfter([group('a', x, y)]))]).toEqual([]);
  });
});

describe('valuesInQuestion', () => {
  it('works out once what an object wants: the plan finds it there', () => {
    const items = itemsOf([group('a', x)]);
    const folded = foldExport(items, emptyTenant);
    const intent = folded.intents.get('a');
    valuesInQuestion(items, folded);
    expect(intent?.desiredValues?.addresses).toEqual([{ key: 'smtp|x@contoso.com', address: x }]);
    expect(intent && desiredBy(intent)).toBe(intent?.desiredValues);
  });
});
