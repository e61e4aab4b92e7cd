/** All cases of the benchmark, in their order. */
import { changes } from './cases/changes.ts';
import { coldStart } from './cases/cold-start.ts';
import { conflicts } from './cases/conflicts.ts';
import { hotValue } from './cases/hot-value.ts';
import { initialLoad } from './cases/initial-load.ts';
import { memory } from './cases/memory.ts';
import { neighbour } from './cases/neighbour.ts';
import { planning } from './cases/planning.ts';
import { report } from './cases/report.ts';
import { sweep } from './cases/sweep.ts';
import { unchanged } from './cases/unchanged.ts';
import type { BenchCase } from './harness/figure.ts';

export const cases: readonly BenchCase[] = [
  initialLoad,
  unchanged,
  changes,
  conflicts,
  hotValue,
  sweep,
  report,
  planning,
  memory,
  neighbour,
  coldStart,
];
