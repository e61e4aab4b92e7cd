/** What was found in the files, counted, and each problem told at once. */

/** Where a reading stands. */
export type Place = { readonly file: string; readonly line: number };

export type Findings = {
  entries: number;
  changes: number;
  readonly problems: () => number;
  /** How many entries stay out, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly leaveOut: (reason: string) => void;
  readonly problem: (place: Place, reason: string) => void;
};

/** Makes an empty count. `tell` is given each problem as a line for people. */
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
