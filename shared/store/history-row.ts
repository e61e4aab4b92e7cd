/** The row of an event of the history: `history|<inverted time>|...`. */
import type { DirectoryObject, ObjectType, PropertyName } from '../directory/objects.ts';
import type { ObjectReference } from '../directory/provisioning-error.ts';
import { type ValueKey, spaceOf } from '../directory/values.ts';
import { historyRowKey, propertyOfSpace, storedValue } from './keys.ts';
import { holderColumns, holderFromRow, type NamedObject } from './named-object.ts';
import { type ReadRow, type Row, textOrNull } from './row.ts';

/** What can happen to a desired value: it is quarantined, and then either released to the object or withdrawn by it. */
export type HistoryEvent = 'quarantined' | 'released' | 'withdrawn';

/** An event to record. */
type HistoryEntry = {
  readonly event: HistoryEvent;
  readonly at: Date;
  readonly key: ValueKey;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly object: DirectoryObject;
  /** The holder of the value when it was quarantined, or until it was released; null if that is not known. */
  readonly from: NamedObject | null;
  readonly by: { readonly kind: 'export' | 'sweep'; readonly runId: string };
};

/** Writes the row of an event. */
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
    // In its normal form, so that all spellings of the value share one history.
    value: storedValue(key),
    propertyName: propertyOfSpace(spaceOf(key)),
    propertyValue,
    whenStarted,
    sourceAnchor: object.sourceAnchor,
    objectId: object.objectId,
    objectType: object.objectType,
    displayName: object.exported.displayName ?? '',
    ...holderColumns(from),
    by: by.kind,
    operationId: by.runId,
  };
}

/** An event as it was recorded, with the names that the object and the holder had then. */
export type PastEvent = {
  readonly event: HistoryEvent;
  readonly at: string;
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly object: Omit<ObjectReference, 'userPrincipalName'>;
  readonly from: NamedObject | null;
  readonly by: HistoryEntry['by'];
};

/** Reads the row of an event. */
export function historyFromRow(row: ReadRow): PastEvent {
  return {
    event: row.event as HistoryEvent,
    at: row.at as string,
    propertyName: row.propertyName as PropertyName,
    propertyValue: row.propertyValue as string,
    whenStarted: row.whenStarted as string,
    object: {
      objectId: row.objectId as string,
      objectType: row.objectType as ObjectType,
      displayName: textOrNull(row.displayName),
      sourceAnchor: row.sourceAnchor as string,
    },
    from: holderFromRow(row),
    by: { kind: row.by as HistoryEntry['by']['kind'], runId: row.operationId as string },
  };
}
