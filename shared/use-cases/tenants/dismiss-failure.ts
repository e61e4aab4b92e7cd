/** Dismisses a failure: it is no longer listed, counted or mailed, until an operation on its object fails again. */
import { RequestError } from '../../request-error.ts';
import { type StoredFailure, removeFailure } from '../../store/failures.ts';
import type { Partition } from '../../store/partition.ts';

/** Dismisses and returns the failure of an object. Throws `FailureNotFound` if the object has none. */
export async function dismissFailure(partition: Partition, sourceAnchor: string): Promise<StoredFailure> {
  const dismissed = await removeFailure(partition, sourceAnchor);
  if (dismissed) return dismissed;
  throw new RequestError(
    'FailureNotFound',
    `Cannot dismiss the failure of object "${sourceAnchor}": it has none. A source anchor is case-sensitive and must be percent-encoded ("+" as %2B); GET /api/tenants/{tenantId}/failures lists the objects that have one.`,
  );
}
