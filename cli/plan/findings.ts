/** A place in a file. */
export type Place = { readonly file: string; readonly line: number };

/** Counts the readings of the files, and reports each problem at once. */
export type Findings = {
  entries: number;
  changes: number;
  readonly problems: () => number;
  /** How many entries were left out, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly leaveOut: (reason: string) => void;
  readonly problem: (place: Place, reason: string) => void;
};

/** Returns empty findings. `tell` receives each problem as a line for people. */
export function createFindings(tell: (line: string) => void): Findings {
  const leftOut = new Map<string, number>();
  let problems = 0;
  return {
    entries: 0,
    changes: 0,
    problems: () => problems,
    leftOut,
    leaveOut: (reason) => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1),
    problem: ({ file, line }, reason) => {
      problems++;
      tell(`${file}, line ${line}: ${reason}.`);
    },
  };
}
