import { describe, expect, it } from 'vitest';
import { firstDayShown, weeksOf } from '../../../shared/calendar/weeks.ts';

const tuesday = new Date('2026-11-17T08:00:00.000Z');
const sunday = new Date('2026-11-22T23:59:59.999Z');
const counts = (quarantined: number, released = 0, withdrawn = 0) => ({ quarantined, released, withdrawn });

describe('firstDayShown()', () => {
  it('returns the Monday seven weeks before that of this week', () => {
    expect(firstDayShown(tuesday)).toBe('2026-09-28');
    expect(firstDayShown(sunday)).toBe('2026-09-28');
    expect(firstDayShown(new Date('2026-11-23T00:00:00.000Z'))).toBe('2026-10-05');
  });
});

describe('weeksOf()', () => {
  it('returns eight weeks from Monday to Sunday, the oldest first', () => {
    const days = { '2026-11-09': counts(1), '2026-11-15': counts(2), '2026-11-16': counts(4) };
    const weeks = weeksOf(days, 7, tuesday);
    expect(weeks).toHaveLength(8);
    expect(weeks.slice(-2)).toMatchObject([
      { monday: '2026-11-09', quarantined: 3 },
      { monday: '2026-11-16', quarantined: 4 },
    ]);
  });

  it('calculates backwards how many values were open at the end of each week', () => {
    const days = { '2026-11-10': counts(10, 2, 1), '2026-11-16': counts(4, 5, 3) };
    expect(weeksOf(days, 20, tuesday).map(({ open }) => open)).toEqual([17, 17, 17, 17, 17, 17, 24, 20]);
  });

  it('never returns a negative number of open values', () => {
    expect(weeksOf({ '2026-11-16': counts(4) }, 3, tuesday).map(({ open }) => open)).toEqual([0, 0, 0, 0, 0, 0, 0, 3]);
  });
});
