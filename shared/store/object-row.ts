/** The row of an object: `object|<source anchor>`. */
import type { DirectoryObject, ExportedAttributes, ObjectType, QuarantinedValue } from '../directory/objects.ts';
import { fromJsonColumns, jsonColumns } from './columns.ts';
import { objectRowKey } from './keys.ts';
import { type ReadRow, type Row, textOrNull } from './row.ts';

/** A stored object. The row of a deleted object stays until the sweep removes it. */
export type StoredObject = {
  readonly etag: string;
  /** The id of the export or sweep that wrote the row, or `partOf` that id while it has more to write. */
  readonly writtenBy: string;
} & (
  | { readonly object: DirectoryObject; readonly deletedBy?: undefined }
  | { readonly object?: undefined; readonly deletedBy: string }
);

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

/** Writes the row of a deleted object. */
export function deletedToRow(sourceAnchor: string, runId: string): Row {
  return {
    rowKey: objectRowKey(sourceAnchor),
    sourceAnchor,
    objectType: '',
    errorCount: 0,
    deletedBy: runId,
    writtenBy: runId,
  };
}

/** Reads the row of an object, deleted or not. */
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
    placeholder: textOrNull(row.placeholder),
    quarantined: fromJsonColumns(row, 'dirSyncProvisioningErrors') as QuarantinedValue[],
  };
  return { etag, writtenBy, object };
}
