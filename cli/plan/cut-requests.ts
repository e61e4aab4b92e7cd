/** Divides the planned operations into requests. */
import type { DatabaseSync } from 'node:sqlite';

/** The most that one request may have. */
export type RequestLimits = { readonly operations: number; readonly bytes: number };

/** The numbers of the requests. `inOrder` is sent first, one after another; `sideBySide` then, several at once. */
export type Requests = { readonly inOrder: readonly number[]; readonly sideBySide: readonly number[] };

type Row = { readonly seq: number; readonly first: number; readonly size: number; readonly count: number };

/**
 * Assigns each operation to a request, in the temporary table `requests`. Linked operations share a request if they fit into one.
 *
 * A group that does not fit is sent in order. Operations that only vacate values come first, so that the values are vacant
 * before other operations of the group desire them.
 */
export function cutRequests(state: DatabaseSync, limits: RequestLimits): Requests {
  const assign = state.prepare('INSERT INTO requests (request, seq) VALUES (?, ?)');
  const inOrder: number[] = [];
  const sideBySide: number[] = [];
  let last = 0;
  let filling: Filling | undefined;
  const open = (list: number[]): Filling => {
    list.push(++last);
    return { request: last, operations: 0, bytes: 0 };
  };
  const place = (rows: readonly Row[], into: Filling): void => {
    for (const { seq, size, count } of rows) {
      assign.run(into.request, seq);
      into.operations += count;
      into.bytes += size;
    }
  };

  for (const group of groupsOf(state)) {
    if (!fits(group, limits)) {
      let part = open(inOrder);
      for (const row of group) {
        if (!fits([row], limits, part) && part.operations > 0) part = open(inOrder);
        place([row], part);
      }
      continue;
    }
    if (!filling || !fits(group, limits, filling)) filling = open(sideBySide);
    place(group, filling);
  }
  state.exec('CREATE INDEX temp.requests_by_number ON requests (request)');
  return { inOrder, sideBySide };
}

type Filling = { readonly request: number; operations: number; bytes: number };

function fits(rows: readonly Row[], limits: RequestLimits, filled = { operations: 0, bytes: 0 }): boolean {
  let { operations, bytes } = filled;
  for (const { size, count } of rows) {
    operations += count;
    bytes += size;
  }
  return operations <= limits.operations && bytes <= limits.bytes;
}

/** Yields each group of linked operations, in the order in which it would be sent. */
function* groupsOf(state: DatabaseSync): Generator<readonly Row[]> {
  const rows = state.prepare(
    `SELECT seq, coalesce(first, seq) AS first, size, count FROM planned LEFT JOIN linked USING (seq)
     WHERE kind <> 'note' ORDER BY coalesce(first, seq), desiresMore, seq`,
  );
  let group: Row[] = [];
  for (const row of rows.iterate() as Iterable<Row>) {
    if (group[0] && group[0].first !== row.first) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
}
