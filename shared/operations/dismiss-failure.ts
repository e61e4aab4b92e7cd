/** Dismisses a failure: it is no longer listed, counted or mailed, until an operation on its object fails again. */
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { type KeptFailure, removeFailure } from '../store/failures.ts';
import type { Tenant } from '../store/tenants.ts';

/** Dismisses the failure of an object, and returns what it was. Throws `FailureNotFound` if the object has none. */
export async function dismissFailure(
  { storage }: Services,
  { registrationId }: Tenant,
  sourceAnchor: string,
): Promise<KeptFailure> {
  const dismissed = await removeFailure(await storage.partition(registrationId), sourceAnchor);
  if (dismissed) return dismissed;
  throw new RequestError(
    'FailureNotFound',
    `Cannot dismiss the failure of object "${sourceAnchor}": it has none. A source anchor is case-sensitive and must be percent-encoded ("+" as %2B); GET /api/tenants/{tenantId}/failures lists those there are.`,
  );
}
