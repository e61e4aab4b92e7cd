/** Compares the history with the objects: each quarantine has begun once, and has ended unless it goes on. */
import { objectRowKey } from '../store/keys.ts';
import { isRemembered } from './check-removed-row.ts';
import type { ExpectedRows } from './expected-rows.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** Returns the beginnings and ends of quarantines that are missing in the history. */
export function checkQuarantines(
  { errors, unreadable }: ExpectedRows,
  { rows, history }: TenantRows,
): readonly Finding[] {
  const findings: Finding[] = [];
  const remembers = isRemembered('history', rows.removed);
  const missing = (rowKey: string, detail: string, evidence: Finding['evidence']): void => {
    findings.push({ code: 'HistoryMissing', rowKey, detail, evidence, repair: null });
  };
  const waiting = new Set<string>();
  for (const [errorKey, { audited, row, quarantineId }] of errors) {
    waiting.add(quarantineId);
    if ((history.balances.get(quarantineId)?.balance ?? 0) > 0 || !remembers(row.whenStarted)) continue;
    const { rowKey, etag } = audited.row;
    missing(errorKey, 'The quarantine goes on, but its beginning is missing in the history.', { [rowKey]: etag });
  }
  for (const [id, { balance, row }] of history.balances) {
    const { rowKey, etag } = row;
    // Its events may have been removed because they had expired.
    if (!remembers(row.whenStarted)) continue;
    if (balance < 0)
      missing(rowKey, 'A quarantine has ended whose beginning is missing in the history.', { [rowKey]: etag });
    const anchor = row.sourceAnchor as string;
    if (balance < 0 || waiting.has(id) || unreadable.has(anchor)) continue;
    const objectKey = objectRowKey(anchor);
    missing(rowKey, 'A quarantine does not go on, but its end is missing in the history.', {
      [rowKey]: etag,
      [objectKey]: rows.object.get(objectKey)?.etag ?? null,
    });
  }
  return findings;
}
