/** Keeps the operations that failed, until an operation on the same object succeeds. */
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { OperationResult } from '../../directory/export/plan-export.ts';
import { limits, validateSourceAnchor } from '../../directory/validation.ts';
import { type StoredFailure, readFailures, writeFailures } from '../../store/failures.ts';
import type { Partition } from '../../store/partition.ts';
import type { Writer } from '../../store/write-context.ts';

/** A processed export, as far as its failures go. `items` and `results` are in the same order. */
export type FailedAndMended = {
  readonly items: readonly ExportItem[];
  readonly results: readonly OperationResult[];
  readonly writer: Writer;
};

/** Far more than a message of this service has; one that quotes the client could be of any length. */
const longestMessage = 2_000;

/**
 * Keeps the failures of an export, and forgets those of objects that it succeeded with.
 *
 * Of several operations on one object the last one counts. An operation whose source anchor cannot be one is not kept:
 * no export could ever succeed with it. What stands as it should is not written, so the same export again writes nothing.
 */
export async function keepFailures(partition: Partition, processed: FailedAndMended): Promise<void> {
  const outcomes = lastOutcomes(processed);
  const standing = await readFailures(partition, [...outcomes.keys()]);
  const failed: StoredFailure[] = [];
  const succeeded: string[] = [];
  for (const [sourceAnchor, failure] of outcomes) {
    const known = standing.get(sourceAnchor);
    if (!failure) {
      if (known) succeeded.push(sourceAnchor);
    } else if (!known || !isSame(known, failure)) {
      failed.push({ ...failure, since: known?.code === failure.code ? known.since : failure.since });
    }
  }
  await writeFailures(partition, { failed, succeeded });
}

function lastOutcomes({ items, results, writer }: FailedAndMended): ReadonlyMap<string, StoredFailure | null> {
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
  const asked = operation?.operation === 'delete' ? undefined : operation;
  const displayName = asked?.displayName ?? object?.exported.displayName ?? null;
  return {
    code: failure.code,
    message: failure.message.slice(0, longestMessage).toWellFormed(),
    sourceAnchor,
    objectId: object?.objectId ?? null,
    operation: operation?.operation ?? null,
    objectType: asked?.objectType ?? object?.objectType ?? null,
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
