import { describe, expect, it } from 'vitest';
import { initialLoad } from '../../bench/cases/initial-load.ts';
import { planning } from '../../bench/cases/planning.ts';
import { sweep } from '../../bench/cases/sweep.ts';
import type { Scope } from '../../bench/harness/figures.ts';
import { compared, median } from '../../bench/harness/rounds.ts';

/** Small enough for every run of the tests; that the cases can be run is all that is looked at. */
const tiny: Scope = { sized: (count) => Math.ceil(count / 1000), rounds: 1 };

describe('the benchmark', () => {
  it.each([initialLoad, sweep, planning])(
    'finds figures in the case $name',
    async ({ run }) => {
      const figures = await run(tiny);
      expect(figures.length).toBeGreaterThan(2);
      for (const { what, figure } of figures) expect(figure, what).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('median', () => {
  it('gives the middle one, and the mean of two in the middle', () => {
    expect(median([9, 1, 4])).toBe(4);
    expect(median([9, 1, 4, 6])).toBe(5);
  });
});

describe('compared', () => {
  it('takes the ratio within each round, and of these the median', () => {
    // A machine that is busy in the second round slows down both.
    expect(compared([10, 300, 12], [10, 200, 10])).toEqual({ figure: 12, limit: 10, ratio: 1.2 });
  });
});
