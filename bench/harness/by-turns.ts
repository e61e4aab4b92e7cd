/**
 * Measures tasks by turns, each once a round, in alternating order. Returns the measurements by the name of the task.
 *
 * Other load on the machine then slows down all tasks alike.
 */
export async function byTurns<const Name extends string>(
  rounds: number,
  tasks: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(tasks) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) measured[name].push(await tasks[name](round));
  }
  return measured;
}

/** Returns the number in the middle, or the mean of the two numbers in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('Cannot take the median of nothing');
  return (low + high) / 2;
}

/** Compares two tasks that were measured by turns. Returns their medians, and the median of the ratios in each round. */
export function compared(
  figures: readonly number[],
  limits: readonly number[],
): { readonly figure: number; readonly limit: number; readonly ratio: number } {
  const ratios = figures.map((figure, round) => figure / (limits[round] as number));
  return { figure: median(figures), limit: median(limits), ratio: median(ratios) };
}

/** Returns how long a piece of work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The numbers of requests side by side that the bare client tries. */
const concurrencies = [1, 2, 4, 8];

/** Finds the number of requests side by side that takes the least time, after a warm-up. */
export async function bestConcurrency(work: (concurrency: number) => Promise<unknown>): Promise<number> {
  await work(4);
  let best = { concurrency: 1, ms: Infinity };
  for (const concurrency of concurrencies) {
    const ms = await timed(() => work(concurrency));
    if (ms < best.ms) best = { concurrency, ms };
  }
  return best.concurrency;
}
