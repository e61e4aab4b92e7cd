/** Replays the history against the objects: each quarantine began once, and those that began go on or have ended. */
import { objectRowKey } from '../store/keys.ts';
import { isRemembered } from './check-removed.ts';
import type { ExpectedRows } from './expected-rows.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** Returns the beginnings and ends of quarantines that the history does not know. */
export function quarantineFindings(
  { errors, unreadable }: ExpectedRows,
  { rows, history }: TenantRows,
): readonly Finding[] {
  const findings: Finding[] = [];
  const remembers = isRemembered('history', rows.removed);
  const missing = (rowKey: string, detail: string, evidence: Finding['evidence']): void => {
    findings.push({ code: 'HistoryMissing', rowKey, detail, evidence, mend: null });
  };
  const waiting = new Set<string>();
  for (const [errorKey, { audited, row, quarantineId }] of errors) {
    waiting.add(quarantineId);
    if ((history.balances.get(quarantineId)?.balance ?? 0) > 0 || !remembers(row.whenStarted)) continue;
    const { rowKey, etag } = audited.row;
    missing(errorKey, 'The quarantine goes on, and the history does not know that it began.', { [rowKey]: etag });
  }
  for (const [id, { balance, row }] of history.balances) {
    const { rowKey, etag } = row;
    // Its beginning, and its end as well, may have been removed for their age.
    if (!remembers(row.whenStarted)) continue;
    if (balance < 0) missing(rowKey, 'A quarantine ended that never began.', { [rowKey]: etag });
    const anchor = row.sourceAnchor as string;
    if (balance < 0 || waiting.has(id) || unreadable.has(anchor)) continue;
    const objectKey = objectRowKey(anchor);
    missing(rowKey, 'A quarantine began that does not go on, and the history does not know that it ended.', {
      [rowKey]: etag,
      [objectKey]: rows.object.get(objectKey)?.etag ?? null,
    });
  }
  return findings;
}
