/**
 * The history as read by an audit: the quarantines that have begun and not ended, or ended without a beginning.
 *
 * The history may be long. So a quarantine is forgotten once its beginning and its end are both read.
 */
import { quarantineId, valueOfStored } from '../store/keys.ts';
import type { ReadRow } from '../store/row.ts';
import { checkHistoryRow } from './check-history-row.ts';
import { isTime } from './column-rules.ts';
import type { Finding } from './finding.ts';
import { formerKeyFinding, underPresentKey } from './former-key.ts';

/** The state after a part of the history. */
export type History = {
  /** By quarantine, how many more beginnings than ends were read, except 0, and the last event. */
  readonly balances: Map<string, { readonly balance: number; readonly row: ReadRow }>;
  /** The key of the newest event; null if there is none. */
  newest: string | null;
  count: number;
  readonly findings: Finding[];
};

/** Returns a history without events. */
export function emptyHistory(): History {
  return { balances: new Map(), newest: null, count: 0, findings: [] };
}

/** Adds an event. Events of the same moment may come in any order. */
export function addEvent(history: History, stored: ReadRow): void {
  history.newest ??= stored.rowKey;
  history.count++;
  const present = underPresentKey(stored);
  if (present) history.findings.push(formerKeyFinding(stored, present));
  const row: ReadRow = present ? { ...present, etag: stored.etag } : stored;
  history.findings.push(...checkHistoryRow(row));
  const { value, objectId, whenStarted } = row;
  // A row without these columns belongs to no quarantine.
  if (typeof value !== 'string' || typeof objectId !== 'string' || !isTime(whenStarted)) return;
  const id = quarantineId({ key: valueOfStored(value), objectId, whenStarted });
  const step = row.rowKey.includes('|quarantined|') ? 1 : -1;
  const balance = (history.balances.get(id)?.balance ?? 0) + step;
  if (balance === 0) history.balances.delete(id);
  else history.balances.set(id, { balance, row });
}
