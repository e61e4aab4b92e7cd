/** Checks the rows that record which rows were removed because they had expired, and applies them. */
import { removedRowKey, type TimedKind } from '../store/keys.ts';
import type { ReadRow } from '../store/row.ts';
import { columnProblems, isTime, time } from './column-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding } from './finding.ts';

/** Returns the damage of such a row. It has no repair; the next removal writes it again. */
export function checkRemovedRow(row: ReadRow): readonly Finding[] {
  return damagedRow(row, columnProblems(row, { before: time }));
}

/**
 * Returns a function that reports whether a row of a moment must still exist, because rows of its kind were removed only
 * from before that moment. If the record cannot be read, no row must.
 */
export function isRemembered(kind: TimedKind, removed: ReadonlyMap<string, ReadRow>): (at: unknown) => boolean {
  const row = removed.get(removedRowKey(kind));
  if (!row) return () => true;
  const { before } = row;
  if (!isTime(before)) return () => false;
  return (at) => isTime(at) && at >= before;
}
