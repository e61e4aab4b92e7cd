/** The row of a quarantined value: `error|<property>|<value>|...`. */
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
import type { ReadRow, Row } from './row.ts';

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
export type SearchedError = StoredError & { readonly rowKey: string; readonly proxyAddresses: readonly string[] };

/** Reads the row of a quarantined value, with all that can be searched. */
export function searchedErrorFromRow(row: ReadRow): SearchedError {
  const proxyAddresses = fromJsonColumns(row, 'proxyAddresses') as string[];
  return { ...errorFromRow(row), rowKey: row.rowKey, proxyAddresses };
}

/** Tells whether an error row shows of its object what is so before and what is so after. */
export function isShownAlike(before: DirectoryObject, after: DirectoryObject): boolean {
  return (
    before.objectId === after.objectId &&
    before.exported.displayName === after.exported.displayName &&
    userPrincipalNameOf(before) === userPrincipalNameOf(after) &&
    JSON.stringify(proxyAddressesOf(before)) === JSON.stringify(proxyAddressesOf(after))
  );
}
