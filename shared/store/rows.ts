/** The rows of a tenant's partition, and how they are read and written. `docs/storage.md` shows one of each kind. */
import {
  type DirectoryObject,
  type ExportedAttributes,
  type ObjectType,
  type PropertyName,
  proxyAddressesOf,
  type QuarantinedValue,
  quarantinedKey,
  userPrincipalNameOf,
} from '../directory/objects.ts';
import type { ObjectReference } from '../directory/provisioning-error.ts';
import { type ValueKey, spaceOf } from '../directory/values.ts';
import { type Column, fromJsonColumns, jsonColumns } from './columns.ts';
import {
  deletedRowKey,
  errorRowKey,
  historyRowKey,
  objectRowKey,
  propertyOfSpace,
  storedValue,
  vacatedRowKey,
  valueOfStored,
  valueRowKey,
} from './keys.ts';

/** A row to write: its key within the tenant's partition, and its columns. */
export type Row = { readonly rowKey: string } & Readonly<Record<string, Column>>;

/** A row as it was read. */
export type ReadRow = { readonly rowKey: string; readonly etag: string } & Readonly<Record<string, unknown>>;

/** An object row: the object, or what is left of a deleted one until the sweep removes it. */
export type StoredObject = {
  readonly etag: string;
  /** The id of the export or sweep that wrote the row; `<id>/part` where it has more to write. */
  readonly writtenBy: string;
} & (
  | { readonly object: DirectoryObject; readonly deletedBy?: undefined }
  | { readonly object?: undefined; readonly deletedBy: string }
);

/** Tells whether a write of the object has begun and not ended: its error rows may show it as it was to become. */
export function isUnfinished({ writtenBy }: Pick<StoredObject, 'writtenBy'>): boolean {
  return writtenBy.endsWith('/part');
}

/** A value row: who holds the value, how many wait for it, and, while it is vacant, which operation vacated it. */
export type StoredValue = {
  readonly etag: string;
  readonly holder: string | null;
  readonly waiting: number;
  readonly vacatedBy: string | null;
};

/** Writes the row of an object. */
export function objectToRow(object: DirectoryObject, writtenBy: string): Row {
  return {
    rowKey: objectRowKey(object.sourceAnchor),
    sourceAnchor: object.sourceAnchor,
    objectId: object.objectId,
    objectType: object.objectType,
    placeholder: object.placeholder ?? '',
    errorCount: object.quarantined.length,
    ...jsonColumns('exported', object.exported),
    ...jsonColumns('dirSyncProvisioningErrors', object.quarantined),
    writtenBy,
  };
}

/** Writes what is left of a deleted object until the sweep removes it. */
export function deletedToRow(sourceAnchor: string, operationId: string): Row {
  return {
    rowKey: objectRowKey(sourceAnchor),
    sourceAnchor,
    objectType: '',
    errorCount: 0,
    deletedBy: operationId,
    writtenBy: operationId,
  };
}

/** Reads the row of an object. */
export function objectFromRow(row: ReadRow): StoredObject {
  const { etag } = row;
  const writtenBy = row.writtenBy as string;
  const deletedBy = row.deletedBy as string | undefined;
  if (deletedBy) return { etag, writtenBy, deletedBy };
  const object: DirectoryObject = {
    sourceAnchor: row.sourceAnchor as string,
    objectId: row.objectId as string,
    objectType: row.objectType as ObjectType,
    exported: fromJsonColumns(row, 'exported') as ExportedAttributes,
    placeholder: (row.placeholder as string) || null,
    quarantined: fromJsonColumns(row, 'dirSyncProvisioningErrors') as QuarantinedValue[],
  };
  return { etag, writtenBy, object };
}

/** Writes the row of a value. */
export function valueToRow(key: ValueKey, { holder, waiting, vacatedBy }: Omit<StoredValue, 'etag'>): Row {
  return { rowKey: valueRowKey(key), holder: holder ?? '', waiting, vacatedBy: vacatedBy ?? '' };
}

/** Reads the row of a value. */
export function valueFromRow(row: ReadRow): StoredValue {
  return {
    etag: row.etag,
    holder: (row.holder as string) || null,
    waiting: row.waiting as number,
    vacatedBy: (row.vacatedBy as string) || null,
  };
}

/** An error row: a quarantined value, and the object that it is on. */
export type StoredError = { readonly object: ObjectReference; readonly quarantined: QuarantinedValue };

/** Writes the row of one quarantined value of an object, with all of the object that is shown and searched. */
export function errorToRow(object: DirectoryObject, quarantined: QuarantinedValue): Row {
  const { propertyName, propertyValue, whenStarted, place } = quarantined;
  return {
    rowKey: errorRowKey(quarantinedKey(quarantined), quarantined, object.sourceAnchor),
    propertyName,
    propertyValue,
    whenStarted,
    ...(place === undefined ? {} : { place }),
    sourceAnchor: object.sourceAnchor,
    objectId: object.objectId,
    objectType: object.objectType,
    displayName: object.exported.displayName ?? '',
    userPrincipalName: userPrincipalNameOf(object) ?? '',
    ...jsonColumns('proxyAddresses', proxyAddressesOf(object)),
  };
}

/** Reads the row of a quarantined value. */
export function errorFromRow(row: ReadRow): StoredError {
  return {
    quarantined: {
      propertyName: row.propertyName as PropertyName,
      propertyValue: row.propertyValue as string,
      whenStarted: row.whenStarted as string,
      ...(typeof row.place === 'number' ? { place: row.place } : {}),
    },
    object: {
      objectId: row.objectId as string,
      objectType: row.objectType as ObjectType,
      displayName: (row.displayName as string) || null,
      sourceAnchor: row.sourceAnchor as string,
      userPrincipalName: (row.userPrincipalName as string) || null,
    },
  };
}

/** An error row as it is searched: with its key, and the addresses that its object has. */
export type ErrorRow = StoredError & { readonly rowKey: string; readonly proxyAddresses: readonly string[] };

/** Reads the row of a quarantined value, with all that can be searched. */
export function errorRowFrom(row: ReadRow): ErrorRow {
  const proxyAddresses = fromJsonColumns(row, 'proxyAddresses') as string[];
  return { ...errorFromRow(row), rowKey: row.rowKey, proxyAddresses };
}

/** Tells whether an error row shows of its object what is so before and what is so after. */
export function errorRowIsSame(before: DirectoryObject, after: DirectoryObject): boolean {
  return (
    before.objectId === after.objectId &&
    before.exported.displayName === after.exported.displayName &&
    userPrincipalNameOf(before) === userPrincipalNameOf(after) &&
    JSON.stringify(proxyAddressesOf(before)) === JSON.stringify(proxyAddressesOf(after))
  );
}

/** What the sweep finds of a value that was given up: by whom, when, in which operation. */
export type Vacancy = {
  readonly key: ValueKey;
  readonly operationId: string;
  readonly from: { readonly sourceAnchor: string; readonly displayName: string | null } | null;
  readonly at: Date;
};

/** Writes the row that tells the sweep of a value that fell vacant. */
export function vacancyToRow({ key, operationId, from, at }: Vacancy): Row {
  return {
    rowKey: vacatedRowKey(key, operationId),
    value: storedValue(key),
    operationId,
    fromSourceAnchor: from?.sourceAnchor ?? '',
    fromDisplayName: from?.displayName ?? '',
    at: at.toISOString(),
  };
}

/** Reads the row of a vacancy; undefined for that of a deleted object. */
export function vacancyFromRow(row: ReadRow): Vacancy | undefined {
  if (typeof row.value !== 'string') return undefined;
  const sourceAnchor = row.fromSourceAnchor as string;
  return {
    key: valueOfStored(row.value),
    operationId: row.operationId as string,
    from: sourceAnchor ? { sourceAnchor, displayName: (row.fromDisplayName as string) || null } : null,
    at: new Date(row.at as string),
  };
}

/** Writes the row that tells the sweep of a deleted object. */
export function deletionToRow(sourceAnchor: string, operationId: string): Row {
  return { rowKey: deletedRowKey(sourceAnchor, operationId), deletedObject: sourceAnchor, operationId };
}

/** Reads the source anchor of a deleted object from the row that tells of it. */
export function deletedAnchorFromRow(row: ReadRow): string {
  return row.deletedObject as string;
}

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
  readonly by: { readonly kind: 'export' | 'sweep'; readonly operationId: string };
};

/** Writes a row of the tenant's history. */
export function historyToRow(entry: HistoryEntry): Row {
  const { event, at, key, propertyValue, whenStarted, object, from, by } = entry;
  return {
    rowKey: historyRowKey({
      at,
      event,
      runId: by.operationId,
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
    operationId: by.operationId,
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
    by: { kind: row.by as HistoryEntry['by']['kind'], operationId: row.operationId as string },
  };
}
