import { describe, expect, it } from 'vitest';
import { isRemembered, checkRemovedRow } from '../../../shared/audit/check-removed-row.ts';
import type { ReadRow } from '../../../shared/store/row.ts';
import { monday, tuesday } from '../directory/fixtures.ts';

const row = (rowKey: string, columns: object = {}): ReadRow => ({ rowKey, etag: 'etag', ...columns });

describe('isRemembered()', () => {
  const since = (before: unknown) =>
    isRemembered('history', new Map([['removed|history', row('removed|history', { before })]]));

  it('is true for every moment if no rows were removed', () => {
    expect(isRemembered('history', new Map())(monday.toISOString())).toBe(true);
  });

  it.each([
    ['2026-11-16T07:59:59.999Z', false],
    ['2026-11-16T08:00:00.000Z', true],
    ['never', false],
    [undefined, false],
  ])('of %j is %s if rows from before Monday 8:00 were removed', (at, expected) => {
    expect(since(monday.toISOString())(at)).toBe(expected);
  });

  it('is false for every moment if the record is damaged, which is a finding', () => {
    expect(since('nonsense')(tuesday.toISOString())).toBe(false);
    expect(checkRemovedRow(row('removed|history', { before: 'nonsense' }))).toMatchObject([
      { code: 'DamagedRow', repair: null },
    ]);
  });
});
