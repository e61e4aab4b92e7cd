/**
 * Links the operations that share a value.
 *
 * What the service makes of an export depends on the export as a whole: a value that one operation gives up is free for the
 * others of the same request, and of several that ask for a value the first in the list gets it. So operations that share a
 * value, of which at least one asks for it, go into one request, in the order of the files. All others have nothing to do
 * with each other, and go in any order, side by side.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Writes into the temporary table `linked`, of operations that are linked to earlier ones, the first of those. */
export function linkOperations(state: DatabaseSync): void {
  const { last } = state.prepare('SELECT coalesce(max(seq), 0) AS last FROM planned').get() as { last: number };
  const groups = createGroups(last + 1);
  let value: string | undefined;
  let first = 0;
  let isAskedFor = false;
  // What takes comes first: without it, nobody cares who gives the value up.
  const claims = state.prepare('SELECT value, seq, takes FROM claims ORDER BY value, takes DESC, seq');
  for (const claim of claims.iterate() as Iterable<{ value: string; seq: number; takes: number }>) {
    if (claim.value === value) {
      if (isAskedFor) groups.join(first, claim.seq);
      continue;
    }
    value = claim.value;
    first = claim.seq;
    isAskedFor = claim.takes === 1;
  }
  const link = state.prepare('INSERT INTO linked (seq, first) VALUES (?, ?)');
  for (let seq = 0; seq <= last; seq++) {
    const root = groups.find(seq);
    if (root !== seq) link.run(seq, root);
  }
}

/** Disjoint sets of numbers (union-find), four bytes each; the smallest stands for its set. */
function createGroups(size: number) {
  const parents = Int32Array.from({ length: size }, (_, index) => index);
  const find = (start: number): number => {
    let at = start;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number;
      at = parents[at] as number;
    }
    return at;
  };
  const join = (left: number, right: number): void => {
    const [low, high] = [find(left), find(right)].sort((one, other) => one - other) as [number, number];
    parents[high] = low;
  };
  return { find, join };
}
