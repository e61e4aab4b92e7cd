/**
 * The length and the seed of tests that run random histories.
 *
 * `npm test` runs a short piece of each. `npm run test:soak` runs each for `SOAK_MINUTES`; `SEED` repeats a run.
 */

/** How long a long run goes on with each of its parts, in milliseconds; undefined in a short run. */
export const soakMs = process.env.SOAK_MINUTES === undefined ? undefined : Number(process.env.SOAK_MINUTES) * 60_000;

/**
 * The seed of this run. It is in the titles of the tests that use it. A short run is the same each time, so that a
 * change is judged by what it changes; what is new is for the long run, which draws its seed.
 */
export const seed = Number(process.env.SEED ?? 20_261_121);

/** Parameters of fast-check for a property: so many runs in a short run, as many as there is time for in a long one. */
export function runsOf(numRuns: number): { seed: number; numRuns: number; interruptAfterTimeLimit?: number } {
  if (soakMs === undefined) return { seed, numRuns };
  return { seed, numRuns: 1_000_000, interruptAfterTimeLimit: soakMs };
}

/** The most that such a test may take: a long run needs time to shrink what it finds. */
export const patienceMs = soakMs === undefined ? 120_000 : soakMs * 2 + 600_000;

/**
 * The numbers of the requests at which something happens, from 1 and without end: in a long run each, in a short one some,
 * `stride` apart, which the seed chooses.
 */
export function* positions(stride: number): Generator<number> {
  const step = soakMs === undefined ? stride : 1;
  for (let at = 1 + (seed % step); ; at += step) yield at;
}

/** What a long run has done, in numbers, as printed at the end: each with its name. */
export function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ');
}
