/**
 * Failures: `failure|<source anchor>`, one row for each object whose last operation failed.
 *
 * The row stays until an operation on the object succeeds, an administrator dismisses it, or it expires. It needs no ETag:
 * its content follows from the export alone, and the same export writes it again.
 */
import type { ObjectType } from '../directory/objects.ts';
import type { OperationFailureCode } from '../directory/operation-failure.ts';
import { failureRowKey, type KeyRange, keysFrom, keysUpTo } from './keys.ts';
import { type Partition, readPages, readRow } from './partition.ts';
import { type ReadRow, type Row, textOrNull } from './row.ts';
import { type RowGroup, submitGroups } from './submit-transaction.ts';
import { isRowNotFound } from './table.ts';

/** The last operation on an object, if it failed. An attribute is null if the operation lacks it or is too malformed. */
export type StoredFailure = {
  readonly code: OperationFailureCode;
  readonly message: string;
  readonly sourceAnchor: string;
  /** The id of the object, which the operation left as it was; null if there is no such object. */
  readonly objectId: string | null;
  readonly operation: 'add' | 'update' | 'delete' | null;
  readonly objectType: ObjectType | null;
  readonly displayName: string | null;
  /** When operations on the object began to fail with this code, in ISO 8601. */
  readonly since: string;
  /** The first export that failed with this message. */
  readonly exportId: string;
};

const range = keysFrom('failure|');

/** Writes the row of a failure. */
function failureToRow(failure: StoredFailure): Row {
  return {
    rowKey: failureRowKey(failure.sourceAnchor),
    sourceAnchor: failure.sourceAnchor,
    objectId: failure.objectId ?? '',
    operation: failure.operation ?? '',
    objectType: failure.objectType ?? '',
    displayName: failure.displayName ?? '',
    code: failure.code,
    message: failure.message,
    since: failure.since,
    exportId: failure.exportId,
  };
}

/** Reads the row of a failure. */
export function failureFromRow(row: ReadRow): StoredFailure {
  return {
    sourceAnchor: row.sourceAnchor as string,
    objectId: textOrNull(row.objectId),
    operation: textOrNull(row.operation) as StoredFailure['operation'],
    objectType: textOrNull(row.objectType) as ObjectType | null,
    displayName: textOrNull(row.displayName),
    code: row.code as StoredFailure['code'],
    message: row.message as string,
    since: row.since as string,
    exportId: row.exportId as string,
  };
}

/** Reads the failures of the given objects, and all failures between them: a thousand a request. */
export async function readFailures(
  partition: Partition,
  sourceAnchors: readonly string[],
): Promise<ReadonlyMap<string, StoredFailure>> {
  const failures = new Map<string, StoredFailure>();
  if (sourceAnchors.length === 0) return failures;
  const named = new Set(sourceAnchors);
  for await (const page of readPages(partition, rangeOver(sourceAnchors))) {
    for (const failure of page.map(failureFromRow)) {
      if (named.has(failure.sourceAnchor)) failures.set(failure.sourceAnchor, failure);
    }
  }
  return failures;
}

function rangeOver(sourceAnchors: readonly string[]): KeyRange {
  let [from, last] = [range.below, range.from];
  for (const rowKey of sourceAnchors.map(failureRowKey)) {
    if (rowKey < from) from = rowKey;
    if (rowKey > last) last = rowKey;
  }
  return keysUpTo(from, last);
}

const mostCounted = 1_000;

/** Counts the failures with one request, up to a thousand. */
export async function countFailures(partition: Partition): Promise<{ count: number; isMore: boolean }> {
  for await (const page of readPages(partition, range, { pageSize: mostCounted, select: ['RowKey'] })) {
    return { count: page.length, isMore: page.length === mostCounted };
  }
  return { count: 0, isMore: false };
}

/** Writes failures, and removes those of objects whose last operation succeeded. */
export async function writeFailures(
  partition: Partition,
  { failed, succeeded }: { readonly failed: readonly StoredFailure[]; readonly succeeded: readonly string[] },
): Promise<void> {
  await submitGroups(partition, [
    ...failed.map((failure): RowGroup => [{ kind: 'put', row: failureToRow(failure) }]),
    ...succeeded.map((sourceAnchor): RowGroup => [{ kind: 'remove', rowKey: failureRowKey(sourceAnchor) }]),
  ]);
}

/**
 * Removes the failure of an object and returns it; undefined if the object has none.
 *
 * It is no error if the row no longer exists when it is removed: an export, another request or an earlier try was faster.
 */
export async function removeFailure(partition: Partition, sourceAnchor: string): Promise<StoredFailure | undefined> {
  const { table, partitionKey, counts } = partition;
  const rowKey = failureRowKey(sourceAnchor);
  const row = await readRow(partition, rowKey);
  if (!row) return undefined;
  try {
    await table.deleteEntity(partitionKey, rowKey);
    counts.rowsWritten++;
  } catch (error) {
    if (!isRowNotFound(error)) throw error;
  }
  return failureFromRow(row);
}
