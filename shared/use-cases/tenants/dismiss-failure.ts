/** Dismisses a failure: it is no longer listed, counted or mailed, until an operation on its object fails again. */
import { type StoredFailure, removeFailure } from '../../store/failures.ts';
import type { Partition } from '../../store/partition.ts';
import { failureNotFound } from '../../messages/refusals.ts';

/** Dismisses and returns the failure of an object. Throws `FailureNotFound` if the object has none. */
export async function dismissFailure(partition: Partition, sourceAnchor: string): Promise<StoredFailure> {
  const dismissed = await removeFailure(partition, sourceAnchor);
  if (dismissed) return dismissed;
  throw failureNotFound(sourceAnchor);
}
