/** Checks the history against the quarantines that stand: each began, and each that began stands or has ended. */
import { objectRowKey, textOfKeyPart } from '../store/keys.ts';
import { isRemembered } from './check-removed.ts';
import type { Claims } from './claims.ts';
import type { Finding } from './findings.ts';
import type { Picture } from './picture.ts';

/** Gives the beginnings and ends of quarantines that the history does not know. */
export function eventFindings({ errors, unreadable }: Claims, { rows, history }: Picture): readonly Finding[] {
  const findings: Finding[] = [];
  const remembers = isRemembered('history', rows.removed);
  const missing = (rowKey: string, detail: string, evidence: Finding['evidence']): void => {
    // Removed for its age: no loss.
    if (!remembers(rowKey)) return;
    findings.push({ code: 'HistoryMissing', rowKey, detail, evidence, mend: null });
  };
  const standing = new Set<string>();
  for (const [errorKey, { audited, historyRowKey }] of errors) {
    standing.add(historyRowKey);
    if (history.open.has(historyRowKey)) continue;
    const { rowKey, etag } = audited.row;
    missing(historyRowKey, `The quarantine of "${errorKey}" stands, and the history does not know that it began.`, {
      [rowKey]: etag,
    });
  }
  for (const [beginning, { rowKey, etag }] of history.ended) {
    missing(beginning, `The quarantine that ended with "${rowKey}" never began.`, { [rowKey]: etag });
  }
  for (const beginning of history.open) {
    const anchor = textOfKeyPart(beginning.slice(beginning.lastIndexOf('|') + 1)) ?? '';
    if (standing.has(beginning) || history.endedAtOnce.has(beginning) || unreadable.has(anchor)) continue;
    const objectKey = objectRowKey(anchor);
    missing(beginning, 'The quarantine no longer stands, and the history does not know that it ended.', {
      [objectKey]: rows.object.get(objectKey)?.etag ?? null,
    });
  }
  return findings;
}
