/**
 * The history as an audit takes it: what began and has not ended, and what ended and never began.
 *
 * The newest comes first, so an end is met before its beginning, and both are forgotten then: the history may be long.
 */
import type { ValueKey } from '../directory/values.ts';
import { historyRowKey } from '../store/keys.ts';
import type { ReadRow } from '../store/rows.ts';
import { historyFindings } from './check-history.ts';
import { isTime } from './columns.ts';
import type { Finding } from './findings.ts';
import { formerKeyFinding, underPresentKey } from './former-keys.ts';

/** What is known of the history, row by row. */
export type History = {
  /** The keys of the quarantines that have not ended. */
  readonly open: Set<string>;
  /** The key of the quarantine that each end belongs to, with the row of the end: none of these has been met. */
  readonly ended: Map<string, ReadRow>;
  /** Those that ended in the export that began them: they may have begun in it again. */
  readonly endedAtOnce: Set<string>;
  /** The key of the newest event; null where there is none. */
  newest: string | null;
  count: number;
  readonly findings: Finding[];
};

/** Begins a history without events. */
export function emptyHistory(): History {
  return { open: new Set(), ended: new Map(), endedAtOnce: new Set(), newest: null, count: 0, findings: [] };
}

/** Adds an event, which is not newer than those before it. */
export function addEvent(history: History, stored: ReadRow): void {
  history.newest ??= stored.rowKey;
  history.count++;
  const present = underPresentKey(stored);
  if (present) history.findings.push(formerKeyFinding(stored, present));
  const row: ReadRow = present ? { ...present, etag: stored.etag } : stored;
  const { rowKey } = row;
  const findings = historyFindings(row);
  history.findings.push(...findings);
  if (rowKey.split('|')[2] === 'quarantined') {
    if (!history.ended.delete(rowKey)) history.open.add(rowKey);
  } else if (findings.length === 0 && isTime(row.whenStarted)) {
    const began = new Date(row.whenStarted);
    const beginning = historyRowKey(began, 'quarantined', row.value as ValueKey, row.sourceAnchor as string);
    if (history.open.has(beginning)) history.endedAtOnce.add(beginning);
    else history.ended.set(beginning, row);
  }
}
