/** The rows that the sweep reads: `vacated|...`, for vacant values and deleted objects. */
import type { ValueKey } from '../directory/values.ts';
import { deletedRowKey, storedValue, vacatedRowKey, valueOfStored } from './keys.ts';
import type { ReadRow, Row } from './row.ts';

/** What the sweep finds of a value that was given up: by whom, when, in which operation. */
export type Vacancy = {
  readonly key: ValueKey;
  readonly runId: string;
  readonly from: { readonly sourceAnchor: string; readonly displayName: string | null } | null;
  readonly at: Date;
};

/** Writes the row that tells the sweep of a value that fell vacant. */
export function vacancyToRow({ key, runId: operationId, from, at }: Vacancy): Row {
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
    runId: row.operationId as string,
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
