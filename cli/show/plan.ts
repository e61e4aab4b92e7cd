/** A plan, as a person wants it. */
import type { DatabaseSync } from 'node:sqlite';
import { toJsonText } from '../../shared/to-json-text.ts';
import type { Findings } from '../plan/findings.ts';
import type { Plan } from '../plan/make-plan.ts';
import { count, printable } from './text.ts';

/** Writes what was found in the files, a line each. */
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

/** Writes what is to be sent. */
export function describePlan({ counts, requests, operations, heldBack }: Plan): readonly string[] {
  const { adds, updates, deletes, unchanged } = counts;
  const number = requests.inOrder.length + requests.sideBySide.length;
  const what = [count(adds, 'add'), count(updates, 'update'), count(deletes, 'delete')].join(', ');
  const kept = `${count(heldBack, 'object')} that the files do not have: kept, because an entry that could not be read must not be taken for one that is gone.`;
  return [
    `To send: ${what}; ${unchanged.toLocaleString('en-GB')} unchanged. ${count(operations, 'operation')} in ${count(number, 'request')}.`,
    ...(heldBack > 0 ? [kept] : []),
  ];
}

/** Gives the operations of a plan as they would be sent, each as JSON, in the order of the requests. */
export function* plannedOperations(state: DatabaseSync): Generator<string> {
  const rows = state.prepare(
    `SELECT operations FROM requests JOIN planned USING (seq) ORDER BY request, requests.rowid`,
  );
  for (const { operations } of rows.iterate() as Iterable<{ operations: string }>) {
    for (const operation of JSON.parse(`[${operations}]`) as unknown[]) yield toJsonText(operation);
  }
}
