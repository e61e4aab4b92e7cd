import { describe, expect, it } from 'vitest';
import { initialLoad } from '../../bench/cases/initial-load.ts';
import { planning } from '../../bench/cases/planning.ts';
import { sweep } from '../../bench/cases/sweep.ts';
import type { Scope } from '../../bench/harness/figure.ts';
import { compared, median } from '../../bench/harness/by-turns.ts';

/** Small enough for every run of the tests, which check only that the cases can be run. */
const tiny: Scope = { sized: (count) => Math.ceil(count / 1000), rounds: 1 };

describe('the benchmark', () => {
  it.each([initialLoad, sweep, planning])(
    'returns figures for the case $name',
    async ({ run }) => {
      const figures = await run(tiny);
      expect(figures.length).toBeGreaterThan(2);
      for (const { what, figure } of figures) expect(figure, what).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('median()', () => {
  it('returns the number in the middle, or the mean of two numbers in the middle', () => {
    expect(median([9, 1, 4])).toBe(4);
    expect(median([9, 1, 4, 6])).toBe(5);
  });
});

describe('compared()', () => {
  it('returns the median of the ratios in each round', () => {
    // A machine that is busy in the second round slows down both.
    expect(compared([10, 300, 12], [10, 200, 10])).toEqual({ figure: 12, limit: 10, ratio: 1.2 });
  });
});
