/** What a case finds: figures, each beside its limit and its target. */

/** One figure. Times in milliseconds, sizes in bytes. */
export type Figure = {
  readonly what: string;
  readonly figure: number;
  readonly unit: Unit;
  /** What the figure is compared with: the bare client in the same run, or another figure of the case. */
  readonly limit?: number;
  readonly limitOf?: string;
  readonly ratio?: number;
  readonly target?: string;
  /** Left out where there is no target: the figure is there to be known. */
  readonly isMet?: boolean;
};

export type Unit = 'ms' | 'bytes' | 'requests' | 'transactions' | 'rows' | 'a second' | 'a value' | 'operations';

/** A case of the benchmark. */
export type BenchCase = {
  /** As it is named on the command line. */
  readonly name: string;
  readonly title: string;
  readonly run: (scope: Scope) => Promise<readonly Figure[]>;
};

/** How large and how often. */
export type Scope = {
  /** Gives a number of objects as this run takes it: the number itself, but for a smoke test. */
  readonly sized: (count: number) => number;
  readonly rounds: number;
  /** A folder for the CPU profiles of the functions host; none are taken where it is left out. */
  readonly profiles?: string | undefined;
};

type Measured = Pick<Figure, 'what' | 'figure' | 'unit'>;

/** A figure that is only to be known. */
export function known(what: string, figure: number, unit: Unit): Figure {
  return { what, figure, unit };
}

type Compared = Measured & {
  readonly limit: number;
  readonly limitOf?: string;
  /** Where it is not one divided by the other, but the median over the rounds. */
  readonly ratio?: number;
};

/** A figure that may be at most so many times its limit. */
export function atMostTimes(most: number, compared: Compared): Figure {
  const { limit, limitOf = 'bare client', ratio = compared.figure / limit, ...measured } = compared;
  return { ...measured, limit, limitOf, ratio, target: `at most ${most} times`, isMet: ratio <= most };
}

/** A figure that may differ from its limit by so many percent, in either direction. */
export function withinPercent(percent: number, compared: Compared & { readonly limitOf: string }): Figure {
  const { ratio = compared.figure / compared.limit } = compared;
  return { ...compared, ratio, target: `within ${percent} percent`, isMet: Math.abs(ratio - 1) <= percent / 100 };
}

/** A figure that may be at most so large. */
export function atMost(most: number, measured: Measured): Figure {
  return { ...measured, target: `at most ${most}`, isMet: measured.figure <= most };
}

/** A figure that must be at least so large. */
export function atLeast(least: number, measured: Measured): Figure {
  return { ...measured, target: `at least ${least.toLocaleString('en')}`, isMet: measured.figure >= least };
}
