/** The row of an event of the history: `history|<inverted time>|...`. */
import type { DirectoryObject, ObjectType, PropertyName } from '../directory/objects.ts';
import type { ObjectReference } from '../directory/provisioning-error.ts';
import { type ValueKey, spaceOf } from '../directory/values.ts';
import { historyRowKey, propertyOfSpace, storedValue } from './keys.ts';
import type { ReadRow, Row } from './row.ts';

/** What a history row records of a quarantined value: that it was quarantined, given back, or no longer asked for. */
export type HistoryEvent = 'quarantined' | 'released' | 'withdrawn';

export type HistoryEntry = {
  readonly event: HistoryEvent;
  readonly at: Date;
  readonly key: ValueKey;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly object: DirectoryObject;
  /** Who held the value: when it was quarantined, or until it was released; null where that is not known. */
  readonly from: { readonly sourceAnchor: string; readonly displayName: string | null } | null;
  readonly by: { readonly kind: 'export' | 'sweep'; readonly runId: string };
};

/** Writes a row of the tenant's history. */
export function historyToRow(entry: HistoryEntry): Row {
  const { event, at, key, propertyValue, whenStarted, object, from, by } = entry;
  return {
    rowKey: historyRowKey({
      at,
      event,
      runId: by.runId,
      key,
      sourceAnchor: object.sourceAnchor,
      objectId: object.objectId,
      whenStarted,
    }),
    event,
    at: at.toISOString(),
    // The value in its normal form: by it, its history is found in every spelling.
    value: storedValue(key),
    propertyName: propertyOfSpace(spaceOf(key)),
    propertyValue,
    whenStarted,
    sourceAnchor: object.sourceAnchor,
    objectId: object.objectId,
    objectType: object.objectType,
    displayName: object.exported.displayName ?? '',
    fromSourceAnchor: from?.sourceAnchor ?? '',
    fromDisplayName: from?.displayName ?? '',
    by: by.kind,
    operationId: by.runId,
  };
}

/** A history row as it is read: the object and the other side as they were named then. */
export type PastEvent = {
  readonly event: HistoryEvent;
  readonly at: string;
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly object: Omit<ObjectReference, 'userPrincipalName'>;
  readonly from: HistoryEntry['from'];
  readonly by: HistoryEntry['by'];
};

/** Reads a row of the tenant's history. */
export function historyFromRow(row: ReadRow): PastEvent {
  const fromSourceAnchor = row.fromSourceAnchor as string;
  return {
    event: row.event as HistoryEvent,
    at: row.at as string,
    propertyName: row.propertyName as PropertyName,
    propertyValue: row.propertyValue as string,
    whenStarted: row.whenStarted as string,
    object: {
      objectId: row.objectId as string,
      objectType: row.objectType as ObjectType,
      displayName: (row.displayName as string) || null,
      sourceAnchor: row.sourceAnchor as string,
    },
    from: fromSourceAnchor
      ? { sourceAnchor: fromSourceAnchor, displayName: (row.fromDisplayName as string) || null }
      : null,
    by: { kind: row.by as HistoryEntry['by']['kind'], runId: row.operationId as string },
  };
}
