/** The rows that a sweep begins with: `vacated|...`, one for each vacant value and each deleted object. */
import type { ValueKey } from '../directory/values.ts';
import { deletedRowKey, storedValue, vacatedRowKey, valueOfStored } from './keys.ts';
import { holderColumns, holderFromRow, type NamedObject } from './named-object.ts';
import type { ReadRow, Row } from './row.ts';

/** A vacant value: the object that vacated it, when, and in which export or sweep. */
export type Vacancy = {
  readonly key: ValueKey;
  readonly runId: string;
  readonly from: NamedObject | null;
  readonly at: Date;
};

/** Writes the row of a vacancy. */
export function vacancyToRow({ key, runId, from, at }: Vacancy): Row {
  return {
    rowKey: vacatedRowKey(key, runId),
    value: storedValue(key),
    operationId: runId,
    ...holderColumns(from),
    at: at.toISOString(),
  };
}

/** Reads the row of a vacancy; undefined if it is the row of a deletion. */
export function vacancyFromRow(row: ReadRow): Vacancy | undefined {
  if (typeof row.value !== 'string') return undefined;
  return {
    key: valueOfStored(row.value),
    runId: row.operationId as string,
    from: holderFromRow(row),
    at: new Date(row.at as string),
  };
}

/** Writes the row of a deletion: it has the sweep remove the row of the deleted object. */
export function deletionToRow(sourceAnchor: string, runId: string): Row {
  return { rowKey: deletedRowKey(sourceAnchor, runId), deletedObject: sourceAnchor, operationId: runId };
}

/** Reads the source anchor of the deleted object from the row of a deletion. */
export function deletedAnchorFromRow(row: ReadRow): string {
  return row.deletedObject as string;
}
