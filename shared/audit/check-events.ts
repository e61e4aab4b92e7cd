/** Replays the history against the objects: each quarantine began once, and those that began go on or have ended. */
import { objectRowKey } from '../store/keys.ts';
import type { Claims } from './claims.ts';
import type { Finding } from './findings.ts';
import type { Picture } from './picture.ts';

/** Returns the beginnings and ends of quarantines that the history does not know. */
export function eventFindings({ errors, unreadable }: Claims, { rows, history }: Picture): readonly Finding[] {
  const findings: Finding[] = [];
  const missing = (rowKey: string, detail: string, evidence: Finding['evidence']): void => {
    findings.push({ code: 'HistoryMissing', rowKey, detail, evidence, mend: null });
  };
  const waiting = new Set<string>();
  for (const [errorKey, { audited, quarantineId }] of errors) {
    waiting.add(quarantineId);
    if (history.open.has(quarantineId)) continue;
    const { rowKey, etag } = audited.row;
    missing(errorKey, 'The quarantine goes on, and the history does not know that it began.', { [rowKey]: etag });
  }
  for (const { rowKey, etag } of history.ended.values()) {
    missing(rowKey, 'A quarantine ended that never began.', { [rowKey]: etag });
  }
  for (const [id, { rowKey, etag, sourceAnchor }] of history.open) {
    const anchor = sourceAnchor as string;
    if (waiting.has(id) || unreadable.has(anchor)) continue;
    const objectKey = objectRowKey(anchor);
    missing(rowKey, 'A quarantine began that does not go on, and the history does not know that it ended.', {
      [rowKey]: etag,
      [objectKey]: rows.object.get(objectKey)?.etag ?? null,
    });
  }
  return findings;
}
