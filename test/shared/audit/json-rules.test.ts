import { describe, expect, it } from 'vitest';
import { exportedProblem, quarantineProblem, readJson } from '../../../shared/audit/json-rules.ts';
import { groupWith, monday } from '../directory/fixtures.ts';

describe('readJson()', () => {
  const row = (json: unknown) => ({ rowKey: 'object|a', etag: 'etag', ...(json === undefined ? {} : { json }) });
  const noProblem = (): undefined => undefined;

  it('returns the value', () => expect(readJson(row('{"a":1}'), 'json', noProblem)).toEqual({ value: { a: 1 } }));

  it.each([undefined, '{', 7])('returns the problem of the column %j', (json) => {
    expect(readJson(row(json), 'json', noProblem)).toEqual({
      problem: expect.stringMatching(/^"json" cannot be read: /) as string,
    });
  });

  it('returns the problem that the rule finds', () => {
    expect(readJson(row('1'), 'json', () => 'is 1')).toEqual({ problem: '"json" is 1' });
  });
});

describe('exportedProblem()', () => {
  const { exported } = groupWith('a', 'smtp:a@contoso.com');

  it('returns undefined for exported attributes', () => {
    expect(exportedProblem({ ...exported, attributes: { a: 'x', b: ['x', 'y'] } })).toBeUndefined();
  });

  it.each([
    [null, 'is no object'],
    [[], 'is no object'],
    [{ ...exported, mail: 7 }, 'has the mail 7'],
    [{ ...exported, displayName: undefined }, 'has the displayName missing'],
    [{ ...exported, proxyAddresses: ['a', 7] }, 'has the proxyAddresses ["a",7]'],
    [{ ...exported, exchangeLicensed: 'yes' }, 'has the exchangeLicensed "yes"'],
    [{ ...exported, attributes: [] }, 'has the attributes []'],
    [{ ...exported, attributes: { a: 'x', b: 7 } }, 'has the attribute "b" 7'],
  ])('of %j says that it %s', (value, problem) => expect(exportedProblem(value)).toBe(problem));
});

describe('quarantineProblem()', () => {
  const entry = { propertyName: 'ProxyAddresses', propertyValue: 'smtp:a@b.c', whenStarted: monday.toISOString() };

  it('returns undefined for a list of quarantined values, with and without a place', () => {
    expect(quarantineProblem([entry, { ...entry, place: 0 }])).toBeUndefined();
    expect(quarantineProblem([])).toBeUndefined();
  });

  it.each([
    ['no list', {}],
    ['null', [null]],
    ['another property', [{ ...entry, propertyName: 'Mail' }]],
    ['no value', [{ ...entry, propertyValue: undefined }]],
    ['a time in another form', [{ ...entry, whenStarted: '2026-11-16' }]],
    ['a negative place', [{ ...entry, place: -1 }]],
    ['half a place', [{ ...entry, place: 0.5 }]],
  ])('returns the problem of %s', (_, value) => expect(quarantineProblem(value)).toBeDefined());
});
