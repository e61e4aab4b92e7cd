/**
 * Links the operations that share a value.
 *
 * The service treats an export as a whole: if one operation vacates a value, another of the same request can get it; if
 * several desire a value, the first in the list gets it. So operations that share a value go into one request, in the order
 * of the files, if at least one of them desires it. All others are independent, and may be sent in any order, side by side.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Writes the temporary table `linked`: for each operation that is linked to earlier ones, the first of them. */
export function linkOperations(state: DatabaseSync): void {
  const { last } = state.prepare('SELECT coalesce(max(seq), 0) AS last FROM planned').get() as { last: number };
  const groups = createGroups(last + 1);
  let value: string | undefined;
  let first = 0;
  let isDesired = false;
  // An operation that desires the value comes first. If there is none, those that vacate it need no link.
  const touched = state.prepare('SELECT value, seq, desired FROM touched ORDER BY value, desired DESC, seq');
  for (const touch of touched.iterate() as Iterable<{ value: string; seq: number; desired: number }>) {
    if (touch.value === value) {
      if (isDesired) groups.join(first, touch.seq);
      continue;
    }
    value = touch.value;
    first = touch.seq;
    isDesired = touch.desired === 1;
  }
  const link = state.prepare('INSERT INTO linked (seq, first) VALUES (?, ?)');
  for (let seq = 0; seq <= last; seq++) {
    const root = groups.find(seq);
    if (root !== seq) link.run(seq, root);
  }
}

/** Disjoint sets of numbers (union-find), four bytes for each number. The smallest number identifies its set. */
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
