/** A plan, for people. */
import type { DatabaseSync } from 'node:sqlite';
import { toJsonText } from '../../shared/to-json-text.ts';
import type { Findings } from '../plan/findings.ts';
import type { Plan } from '../plan/make-plan.ts';
import { printable } from './table.ts';
import { count } from './count.ts';

/** Describes the findings in the files, one line each. */
export function describeFindings({ entries, changes, problems, leftOut }: Findings): readonly string[] {
  const all = [
    count(entries, 'entry'),
    ...(changes > 0 ? [count(changes, 'change')] : []),
    ...(problems() > 0 ? [count(problems(), 'problem')] : []),
  ];
  const total = [...leftOut.values()].reduce((sum, number) => sum + number, 0);
  const reasons = [...leftOut].sort(([, left], [, right]) => right - left);
  return [
    `Read: ${all.join(', ')}.`,
    ...(total > 0 ? [`Left out: ${count(total, 'entry')}:`] : []),
    ...reasons.map(([reason, number]) => `  ${number.toLocaleString('en-GB')}  ${printable(reason)}`),
  ];
}

/** Describes the operations to send. */
export function describePlan({ counts, requests, operations, heldBack }: Plan): readonly string[] {
  const { adds, updates, deletes, unchanged } = counts;
  const number = requests.inOrder.length + requests.sideBySide.length;
  const what = [count(adds, 'add'), count(updates, 'update'), count(deletes, 'delete')].join(', ');
  const kept = `Not deleted: ${count(heldBack, 'object')} missing from the files, because some entries could not be read.`;
  return [
    `To send: ${what}; ${unchanged.toLocaleString('en-GB')} unchanged. ${count(operations, 'operation')} in ${count(number, 'request')}.`,
    ...(heldBack > 0 ? [kept] : []),
  ];
}

/** Yields the operations of a plan as JSON, in the order of the requests. */
export function* plannedOperations(state: DatabaseSync): Generator<string> {
  const rows = state.prepare(
    `SELECT operations FROM requests JOIN planned USING (seq) ORDER BY request, requests.rowid`,
  );
  for (const { operations } of rows.iterate() as Iterable<{ operations: string }>) {
    for (const operation of JSON.parse(`[${operations}]`) as unknown[]) yield toJsonText(operation);
  }
}
