/** Checks the rows that say until when others were removed for their age, and looks at the rest in their light. */
import { removedRowKey, type TimedKind } from '../store/keys.ts';
import type { ReadRow } from '../store/rows.ts';
import { columnProblems, isTime, time } from './column-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding } from './finding.ts';

/** Returns what is wrong with such a row. When rows were removed, no other row tells; the next removal writes it again. */
export function removedFindings(row: ReadRow): readonly Finding[] {
  return damagedRow(row, columnProblems(row, { before: time }));
}

/**
 * Returns a rule that reports whether a row of a moment must still be there: it is not from before the moment until
 * which rows of its kind were removed. If that cannot be read, nothing is known of any.
 */
export function isRemembered(kind: TimedKind, removed: ReadonlyMap<string, ReadRow>): (at: unknown) => boolean {
  const row = removed.get(removedRowKey(kind));
  if (!row) return () => true;
  const { before } = row;
  if (!isTime(before)) return () => false;
  return (at) => isTime(at) && at >= before;
}
