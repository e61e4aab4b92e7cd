import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationFailureMessage } from '../../../shared/messages/operation-failures.ts';
import type { FailureReason, OperationFailure } from '../../../shared/directory/operation-failure.ts';
import { limits } from '../../../shared/directory/validation.ts';
import { describedOperation } from '../../../shared/http/openapi/described-operation.ts';
import { parseExport } from '../../../shared/http/parse-body.ts';
import { operationSchema } from '../../../shared/http/schemas.ts';
import { group } from '../directory/fixtures.ts';
import { hostileJson, hostileText } from '../../support/hostile/texts.ts';

const failureOf = (operation: object) => parseExport({ operations: [operation] })[0]?.failure;

/** An object whose entries throw when they are read: it can be counted, and nothing else. */
function unreadable<T extends object>(entries: T): T {
  return new Proxy(entries, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof name === 'string' && /^a?\d+$/.test(name)) throw new Error(`The entry "${name}" was read`);
      return value;
    },
  });
}

const named = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, '']));

describe('parseExport() of an operation with too many entries', () => {
  it.each([
    ['attributes', { attributes: unreadable(named(1_001)) }, 'it has 1001 attributes; at most 1000'],
    [
      'values of an attribute',
      { attributes: { list: unreadable(Array.from({ length: 1_001 }, () => '')) } },
      'its attribute "list" has 1001 values; at most 1000',
    ],
    [
      'proxy addresses',
      { proxyAddresses: unreadable(Array.from({ length: 401 }, () => 'smtp:a@contoso.com')) },
      'it has 401 proxy addresses; at most 400',
    ],
  ])('fails it for its %s with LargeObject, and reads none of them', (_, given, problem) => {
    const failure = failureOf({ ...group('a'), ...given }) as OperationFailure;
    expect(failure.code).toBe('LargeObject');
    expect(operationFailureMessage(failure)).toBe(`Cannot write object "a": ${problem} are allowed.`);
  });

  it('never stops the others, and takes as many as are allowed', () => {
    const largest = { ...group('c'), attributes: named(limits.attributes) };
    const items = parseExport({ operations: [group('a'), { ...group('b'), attributes: named(1_001) }, largest] });
    expect(items.map(({ failure }) => failure?.code)).toEqual([undefined, 'LargeObject', undefined]);
  });
});

describe('parseExport() of a list or map with an entry of the wrong type', () => {
  it.each([
    ['an attribute', { attributes: { city: 'x', zip: 1 } }, 'attributes.zip: must be a string, a list of strings'],
    ['a value of an attribute', { attributes: { list: ['x', null] } }, 'attributes.list: must be a string, a list of'],
    ['attributes that are a list', { attributes: ['x'] }, 'attributes: must be an object of attributes by name'],
    ['an address', { proxyAddresses: ['smtp:a@contoso.com', 7] }, 'proxyAddresses.1: must be a string'],
    ['addresses that are no list', { proxyAddresses: 'x' }, 'proxyAddresses: must be a list of strings'],
  ])('names the place: %s', (_, given, problem) => {
    const { detail } = failureOf({ ...group('a'), ...given })?.reason as FailureReason & { kind: 'malformed' };
    expect(detail).toContain(problem);
  });
});

describe('describedOperation', () => {
  // A record drops "__proto__" unseen; parseExport() refuses it for itself.
  const attributes = fc
    .oneof(fc.dictionary(hostileText, hostileJson, { maxKeys: 3 }), hostileJson)
    .filter((given) => !Object.hasOwn(Object(given) as object, '__proto__'));
  const proxyAddresses = fc.oneof(fc.array(hostileText, { maxLength: 3 }), hostileJson);

  it('takes what operations are parsed with, and nothing else', () => {
    fc.assert(
      fc.property(fc.record({ attributes, proxyAddresses }, { requiredKeys: [] }), (rest) => {
        const operation = { ...group('a'), ...rest };
        expect(describedOperation.safeParse(operation).success).toBe(operationSchema.safeParse(operation).success);
      }),
      { numRuns: 1_000 },
    );
  });
});
