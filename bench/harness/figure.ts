/** One figure of a case, with its limit and its target. Times are in milliseconds, sizes in bytes. */
export type Figure = {
  readonly what: string;
  readonly figure: number;
  readonly unit: Unit;
  /** The figure to compare with: that of the bare client in the same run, or another one of the case. */
  readonly limit?: number;
  readonly limitOf?: string;
  readonly ratio?: number;
  readonly target?: string;
  /** Absent if there is no target. */
  readonly isMet?: boolean;
};

export type Unit = 'ms' | 'bytes' | 'requests' | 'transactions' | 'rows' | 'a second' | 'a value' | 'operations';

/** A case of the benchmark. */
export type BenchCase = {
  /** The name on the command line. */
  readonly name: string;
  readonly title: string;
  readonly run: (scope: Scope) => Promise<readonly Figure[]>;
};

/** How large the cases are, and how often they are repeated. */
export type Scope = {
  /** Returns the number of objects for this run: the same number, or fewer if `--scale` is given. */
  readonly sized: (count: number) => number;
  readonly rounds: number;
  /** A folder for CPU profiles of the functions host; none are taken if it is absent. */
  readonly profiles?: string | undefined;
};

type Measured = Pick<Figure, 'what' | 'figure' | 'unit'>;

/** Returns a figure without a target. */
export function known(what: string, figure: number, unit: Unit): Figure {
  return { what, figure, unit };
}

type Compared = Measured & {
  readonly limit: number;
  readonly limitOf?: string;
  /** Given if it is the median over the rounds; else the figure is divided by the limit. */
  readonly ratio?: number;
};

/** Returns a figure that may be at most so many times its limit. */
export function atMostTimes(most: number, compared: Compared): Figure {
  const { limit, limitOf = 'bare client', ratio = compared.figure / limit, ...measured } = compared;
  return { ...measured, limit, limitOf, ratio, target: `at most ${most} times`, isMet: ratio <= most };
}

/** Returns a figure that may differ from its limit by so many percent, in either direction. */
export function withinPercent(percent: number, compared: Compared & { readonly limitOf: string }): Figure {
  const { ratio = compared.figure / compared.limit } = compared;
  return { ...compared, ratio, target: `within ${percent} percent`, isMet: Math.abs(ratio - 1) <= percent / 100 };
}

/** Returns a figure that may be at most so large. */
export function atMost(most: number, measured: Measured): Figure {
  return { ...measured, target: `at most ${most}`, isMet: measured.figure <= most };
}

/** Returns a figure that must be at least so large. */
export function atLeast(least: number, measured: Measured): Figure {
  return { ...measured, target: `at least ${least.toLocaleString('en')}`, isMet: measured.figure >= least };
}
