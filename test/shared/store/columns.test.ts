import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJsonColumns, jsonColumns } from '../../../shared/store/columns.ts';

const longestString = 30_000;
const longestBinary = 65_536;

describe('jsonColumns()', () => {
  const textOf = (jsonLength: number): string => 'a'.repeat(jsonLength - 2);

  it('writes JSON of 30,000 characters as one string', () => {
    const text = textOf(longestString);
    expect(jsonColumns('json', text)).toEqual({ json: `"${text}"` });
  });

  it.each([
    ['30,001 bytes', longestString + 1, 1],
    ['65,536 bytes', longestBinary, 1],
    ['65,537 bytes', longestBinary + 1, 2],
    ['three full columns', 3 * longestBinary, 3],
  ])('writes JSON of %s in binary columns of at most 65,536 bytes', (_, length, count) => {
    const columns = jsonColumns('json', textOf(length));
    expect(Object.keys(columns)).toEqual(Array.from({ length: count }, (_unused, part) => `json_${part}`));
    const sizes = Object.values(columns).map((column) => (column as Uint8Array).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(longestBinary);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(length);
  });

  it('writes columns that do not share a buffer, because the SDK would send all of it', () => {
    const columns = Object.values(jsonColumns('json', textOf(longestBinary + 1))) as Uint8Array[];
    expect(columns.map(({ buffer }) => buffer.byteLength)).toEqual([longestBinary, 1]);
  });
});

describe('fromJsonColumns()', () => {
  const row = (columns: object) => ({ rowKey: 'object|a', ...columns });

  it('returns the written value for any length and any characters', () => {
    const repeated = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 0, max: 3_000 }));
    fc.assert(
      fc.property(fc.array(repeated.map(([text, times]) => text.repeat(times))), (value) => {
        expect(fromJsonColumns(row(jsonColumns('json', value)), 'json')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
  });

  it('returns the value if a column ends within a character', () => {
    const value = `${'a'.repeat(longestBinary - 2)}€`;
    expect(fromJsonColumns(row(jsonColumns('json', value)), 'json')).toBe(value);
  });

  it('throws and names the row if the column is missing', () => {
    expect(() => fromJsonColumns(row({}), 'json')).toThrow('Cannot read row "object|a": column "json" is missing');
  });

  it('throws if the column is not JSON', () => {
    expect(() => fromJsonColumns(row({ json: '{' }), 'json')).toThrow(SyntaxError);
  });
});
