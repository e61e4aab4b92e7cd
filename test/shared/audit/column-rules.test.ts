import { describe, expect, it } from 'vitest';
import {
  columnProblems,
  type ColumnRule,
  differences,
  isTime,
  name,
  objectId,
  oneOf,
  orNothing,
  shown,
  text,
  time,
} from '../../../shared/audit/column-rules.ts';
import { damagedRow } from '../../../shared/audit/damaged-row.ts';

const row = (columns: object) => ({ rowKey: 'object|a', etag: 'etag', ...columns });

describe('columnProblems()', () => {
  it.each<[string, ColumnRule, unknown, string | undefined]>([
    ['the expected value', { is: 3 }, 3, undefined],
    ['another value', { is: 3 }, 4, '"column" is 4, not 3'],
    ['the expected value of another type', { is: 3 }, '3', '"column" is "3", not 3'],
    ['nothing', { is: 'a' }, undefined, '"column" is missing, not "a"'],
    ['an empty text', text, '', undefined],
    ['an empty name', name, '', '"column" is "", not a name'],
    ['a UUID', objectId, '5d1f0f1c-8a37-4a53-9a7d-5b7d2a0c9b11', undefined],
    ['no UUID', objectId, '5d1f0f1c', '"column" is "5d1f0f1c", not a UUID'],
    ['one of the texts', oneOf(['a', 'b']), 'b', undefined],
    ['another text', oneOf(['a', 'b']), 'c', '"column" is "c", not one of "a", "b"'],
    ['nothing if nothing is allowed', orNothing(name), '', undefined],
    ['a number if nothing is allowed', orNothing(name), 7, '"column" is 7, not a name or nothing'],
    [
      'a time in another form',
      time,
      '2026-11-16',
      '"column" is "2026-11-16", not a time such as "2026-11-16T08:00:00.000Z"',
    ],
  ])('of a column with %s', (_, rule, value, detail) => {
    const problems = columnProblems(row({ column: value }), { column: rule });
    expect(problems.map((problem) => problem.detail)).toEqual(detail === undefined ? [] : [detail]);
  });

  it('returns the right content if the rule knows it', () => {
    const rules = { a: { is: 'x' }, b: { ...name, repairAs: 'y' }, c: name };
    expect(columnProblems(row({}), rules).map(({ repairAs }) => repairAs)).toEqual(['x', 'y', undefined]);
  });
});

describe('damagedRow()', () => {
  it('returns one finding for the repairable columns, and one for the others', () => {
    const problems = columnProblems(row({}), { a: { is: 'x' }, b: name, c: { is: 1 } });
    expect(damagedRow(row({}), problems)).toEqual([
      {
        code: 'DamagedRow',
        rowKey: 'object|a',
        detail: '"a" is missing, not "x"; "c" is missing, not 1.',
        evidence: { 'object|a': 'etag' },
        repair: {
          kind: 'write',
          touches: null,
          writes: [{ kind: 'merge', row: { rowKey: 'object|a', a: 'x', c: 1 }, etag: 'etag' }],
        },
      },
      expect.objectContaining({ detail: '"b" is missing, not a name.', repair: null }),
    ]);
  });

  it('returns nothing without problems', () => expect(damagedRow(row({}), [])).toEqual([]));
});

describe('differences()', () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  it('compares the expected columns, and ignores others', () => {
    const expected = { rowKey: 'object|a', holder: '', waiting: 2, bytes: bytes(1, 2) };
    expect(differences(row({ holder: '', waiting: 2, bytes: Buffer.from([1, 2]), other: 1 }), expected)).toEqual([]);
    expect(differences(row({ holder: 'b', bytes: bytes(1) }), expected)).toEqual([
      { detail: '"holder" is "b", not ""' },
      { detail: '"waiting" is missing, not 2' },
      { detail: '"bytes" is 1 bytes, not 2 bytes' },
    ]);
  });
});

describe('shown()', () => {
  it.each([
    [undefined, 'missing'],
    ['a"b', '"a\\"b"'],
    [7n, '7n'],
    [null, 'null'],
    ['x'.repeat(198), `"${'x'.repeat(198)}"`],
    ['x'.repeat(199), `"${'x'.repeat(199)}...`],
  ])('writes %s as %s', (value, expected) => expect(shown(value)).toBe(expected));
});

describe('isTime()', () => {
  it.each([
    ['2026-11-16T08:00:00.000Z', true],
    ['2026-11-16T08:00:00Z', false],
    ['2026-11-16T09:00:00.000+01:00', false],
    ['2026-02-30T08:00:00.000Z', false],
    [0, false],
  ])('of %j is %s', (value, expected) => expect(isTime(value)).toBe(expected));
});
