/**
 * The operations that failed: `failure|<source anchor>`, one row for each object whose last operation failed.
 *
 * The row stays until an operation on that object succeeds, somebody dismisses it, or it expires. It needs no ETag: what it says follows from the export
 * alone, and an export that is sent again writes it again.
 */
import type { TransactionAction } from '@azure/data-tables';
import type { ObjectType } from '../directory/objects.ts';
import type { OperationFailure } from '../directory/validation.ts';
import { failureRowKey, type KeyRange, keysFrom, keysUpTo } from './keys.ts';
import { type Partition, readPages, readRow } from './partition.ts';
import type { ReadRow, Row } from './rows.ts';
import { isLostRace, isRowNotFound } from './table.ts';

/** The last operation on an object, which failed. What the operation did not say, or was too malformed to say, is null. */
export type KeptFailure = OperationFailure & {
  readonly sourceAnchor: string;
  /** The id of the object that stands as it was before the operation; null where there is none. */
  readonly objectId: string | null;
  readonly operation: 'add' | 'update' | 'delete' | null;
  readonly objectType: ObjectType | null;
  readonly displayName: string | null;
  /** Since when operations on the object fail with this code, in ISO 8601. */
  readonly since: string;
  /** The export that failed with this message first. */
  readonly exportId: string;
};

const range = keysFrom('failure|');

/** Writes the row of a failure. */
export function failureToRow(failure: KeptFailure): Row {
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
export function failureFromRow(row: ReadRow): KeptFailure {
  return {
    sourceAnchor: row.sourceAnchor as string,
    objectId: textOf(row.objectId),
    operation: textOf(row.operation) as KeptFailure['operation'],
    objectType: textOf(row.objectType) as ObjectType | null,
    displayName: textOf(row.displayName),
    code: row.code as KeptFailure['code'],
    message: row.message as string,
    since: row.since as string,
    exportId: row.exportId as string,
  };
}

/** Reads a column in which an empty text stands for nothing. */
function textOf(column: unknown): string | null {
  return typeof column === 'string' && column !== '' ? column : null;
}

/** Reads the failures of the given objects: one request for each thousand that lie between them. */
export async function readFailures(
  partition: Partition,
  sourceAnchors: readonly string[],
): Promise<ReadonlyMap<string, KeptFailure>> {
  const failures = new Map<string, KeptFailure>();
  if (sourceAnchors.length === 0) return failures;
  const wanted = new Set(sourceAnchors);
  for await (const page of readPages(partition, rangeOver(sourceAnchors))) {
    for (const failure of page.map(failureFromRow)) {
      if (wanted.has(failure.sourceAnchor)) failures.set(failure.sourceAnchor, failure);
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

/** Counts the failures in one request: up to a thousand of them. */
export async function countFailures(partition: Partition): Promise<{ count: number; isMore: boolean }> {
  for await (const page of readPages(partition, range, { pageSize: mostCounted, select: ['RowKey'] })) {
    return { count: page.length, isMore: page.length === mostCounted };
  }
  return { count: 0, isMore: false };
}

/** Writes failures, and removes those of objects that are well again. */
export async function writeFailures(
  partition: Partition,
  { failed, mended }: { failed: readonly KeptFailure[]; mended: readonly string[] },
): Promise<void> {
  const { partitionKey, rowsPerTransaction } = partition;
  const actions: TransactionAction[] = [
    ...failed.map((failure): TransactionAction => ['upsert', { partitionKey, ...failureToRow(failure) }, 'Replace']),
    ...mended.map((anchor): TransactionAction => ['delete', { partitionKey, rowKey: failureRowKey(anchor) }]),
  ];
  for (let start = 0; start < actions.length; start += rowsPerTransaction) {
    await submit(partition, actions.slice(start, start + rowsPerTransaction));
  }
}

/**
 * Removes the failure of an object, and returns what it was; undefined if the object has none.
 *
 * If it is gone by the time it is removed, an export, another request or a try of this one was faster: that is the same.
 */
export async function removeFailure(partition: Partition, sourceAnchor: string): Promise<KeptFailure | undefined> {
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

async function submit(partition: Partition, actions: readonly TransactionAction[]): Promise<void> {
  const { table, counts } = partition;
  try {
    await table.submitTransaction([...actions]);
    counts.transactions++;
    counts.rowsWritten += actions.length;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    // Another export has removed one of them already. Alone, that one has nothing left to do.
    if (actions.length > 1) for (const action of actions) await submit(partition, [action]);
  }
}
