import { describe, expect, it } from 'vitest';
import { nextSweep } from '../../../../shared/use-cases/queries/read-sweep-times.ts';

const now = new Date('2026-11-16T08:20:00.000Z');
const next = (nextDueAt: string | null): string => nextSweep({ nextDueAt }, now).toISOString();

describe('nextSweep()', () => {
  it('returns the time that the timer reported', () => {
    expect(next('2026-11-16T08:30:00.000Z')).toBe('2026-11-16T08:30:00.000Z');
  });

  it.each([['2026-11-16T08:20:00.000Z'], [null], ['not a time']])(
    'returns the next full hour if the timer reported %s',
    (due) => {
      expect(next(due)).toBe('2026-11-16T09:00:00.000Z');
    },
  );
});
