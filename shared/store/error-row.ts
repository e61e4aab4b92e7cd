/** The row of a provisioning error, one quarantined value of one object: `error|<property>|<value>|...`. */
import {
  type DirectoryObject,
  type ObjectType,
  type PropertyName,
  proxyAddressesOf,
  type QuarantinedValue,
  quarantinedKey,
  userPrincipalNameOf,
} from '../directory/objects.ts';
import type { ObjectReference } from '../directory/provisioning-error.ts';
import { fromJsonColumns, jsonColumns } from './columns.ts';
import { errorRowKey } from './keys.ts';
import { type ReadRow, type Row, textOrNull } from './row.ts';

/** A provisioning error: a quarantined value, and the object that waits for it. */
export type StoredError = { readonly object: ObjectReference; readonly quarantined: QuarantinedValue };

/** Writes the row of a provisioning error, with the attributes of the object that lists show and search. */
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

/** Reads the row of a provisioning error. */
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
      displayName: textOrNull(row.displayName),
      sourceAnchor: row.sourceAnchor as string,
      userPrincipalName: textOrNull(row.userPrincipalName),
    },
  };
}

/** A provisioning error for a search: with the key of its row and the addresses of its object. */
export type SearchedError = StoredError & { readonly rowKey: string; readonly proxyAddresses: readonly string[] };

/** Reads the row of a provisioning error for a search. */
export function searchedErrorFromRow(row: ReadRow): SearchedError {
  const proxyAddresses = fromJsonColumns(row, 'proxyAddresses') as string[];
  return { ...errorFromRow(row), rowKey: row.rowKey, proxyAddresses };
}

/** Reports whether the error rows of an object show the same before and after a change of it. */
export function isShownAlike(before: DirectoryObject, after: DirectoryObject): boolean {
  return (
    before.objectId === after.objectId &&
    before.exported.displayName === after.exported.displayName &&
    userPrincipalNameOf(before) === userPrincipalNameOf(after) &&
    JSON.stringify(proxyAddressesOf(before)) === JSON.stringify(proxyAddressesOf(after))
  );
}
