/** Keeps each failed operation until an operation on the same object succeeds. */
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { OperationResult } from '../../directory/export/plan-export.ts';
import { operationFailureMessage } from '../../messages/operation-failures.ts';
import { limits, validateSourceAnchor } from '../../directory/validation.ts';
import { type StoredFailure, readFailures, writeFailures } from '../../store/failures.ts';
import type { Partition } from '../../store/partition.ts';
import type { Writer } from '../../store/write-context.ts';

/** A processed export. `items` and `results` are in the same order. */
type Processed = {
  readonly items: readonly ExportItem[];
  readonly results: readonly OperationResult[];
  readonly writer: Writer;
};

/** Longer than any message of this service, except those that quote a text of the client. */
const longestMessage = 2_000;

/**
 * Keeps the failures of an export, and removes those of objects whose operation succeeded.
 *
 * Of several operations on one object the last one counts. An operation with an invalid source anchor is not kept: no
 * export could ever succeed with it. Unchanged failures are not written, so the same export again writes nothing.
 */
export async function keepFailures(partition: Partition, processed: Processed): Promise<void> {
  const outcomes = lastOutcomes(processed);
  const stored = await readFailures(partition, [...outcomes.keys()]);
  const failed: StoredFailure[] = [];
  const succeeded: string[] = [];
  for (const [sourceAnchor, failure] of outcomes) {
    const known = stored.get(sourceAnchor);
    if (!failure) {
      if (known) succeeded.push(sourceAnchor);
    } else if (!known || !isSame(known, failure)) {
      failed.push({ ...failure, since: known?.code === failure.code ? known.since : failure.since });
    }
  }
  await writeFailures(partition, { failed, succeeded });
}

function lastOutcomes({ items, results, writer }: Processed): ReadonlyMap<string, StoredFailure | null> {
  const outcomes = new Map<string, StoredFailure | null>();
  for (const [index, result] of results.entries()) {
    const { sourceAnchor } = result;
    if (sourceAnchor === null || validateSourceAnchor(sourceAnchor)) continue;
    outcomes.set(sourceAnchor, result.failure ? failureOf(sourceAnchor, result, { item: items[index], writer }) : null);
  }
  return outcomes;
}

function failureOf(
  sourceAnchor: string,
  { object, failure }: OperationResult & { readonly outcome: 'failed' },
  { item, writer }: { item: ExportItem | undefined; writer: Writer },
): StoredFailure {
  const operation = item?.operation;
  const desired = operation?.operation === 'delete' ? undefined : operation;
  const displayName = desired?.displayName ?? object?.exported.displayName ?? null;
  return {
    code: failure.code,
    message: operationFailureMessage(failure).slice(0, longestMessage).toWellFormed(),
    sourceAnchor,
    objectId: object?.objectId ?? null,
    operation: operation?.operation ?? null,
    objectType: desired?.objectType ?? object?.objectType ?? null,
    displayName: displayName?.slice(0, limits.displayName).toWellFormed() ?? null,
    since: writer.now.toISOString(),
    exportId: writer.runId,
  };
}

function isSame(left: StoredFailure, right: StoredFailure): boolean {
  return (
    left.code === right.code &&
    left.message === right.message &&
    left.objectId === right.objectId &&
    left.operation === right.operation &&
    left.objectType === right.objectType &&
    left.displayName === right.displayName
  );
}
