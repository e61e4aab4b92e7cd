/**
 * The history as an audit takes it: the quarantines that began and have not ended, and those that ended and never began.
 *
 * The history may be long: as soon as the beginning and the end of a quarantine are both met, they are forgotten.
 */
import { quarantineId, valueOfStored } from '../store/keys.ts';
import type { ReadRow } from '../store/rows.ts';
import { historyFindings } from './check-history.ts';
import { isTime } from './column-rules.ts';
import type { Finding } from './finding.ts';
import { formerKeyFinding, underPresentKey } from './former-key.ts';

/** What is known of the history, row by row. */
export type History = {
  /** By the id of the quarantine, how many more beginnings than ends of it were met, but for 0, and the last event. */
  readonly balances: Map<string, { readonly balance: number; readonly row: ReadRow }>;
  /** The key of the newest event; null if there is none. */
  newest: string | null;
  count: number;
  readonly findings: Finding[];
};

/** Begins a history without events. */
export function emptyHistory(): History {
  return { balances: new Map(), newest: null, count: 0, findings: [] };
}

/** Adds an event; events of the same moment come in any order. */
export function addEvent(history: History, stored: ReadRow): void {
  history.newest ??= stored.rowKey;
  history.count++;
  const present = underPresentKey(stored);
  if (present) history.findings.push(formerKeyFinding(stored, present));
  const row: ReadRow = present ? { ...present, etag: stored.etag } : stored;
  history.findings.push(...historyFindings(row));
  const { value, objectId, whenStarted } = row;
  // A row that does not say what it is about belongs to no quarantine.
  if (typeof value !== 'string' || typeof objectId !== 'string' || !isTime(whenStarted)) return;
  const id = quarantineId({ key: valueOfStored(value), objectId, whenStarted });
  const step = row.rowKey.includes('|quarantined|') ? 1 : -1;
  const balance = (history.balances.get(id)?.balance ?? 0) + step;
  if (balance === 0) history.balances.delete(id);
  else history.balances.set(id, { balance, row });
}
