/** Signs in with a managed identity. The only place that knows @azure/identity, and loaded when first needed: it is heavy. */
import type { TokenCredential } from '@azure/core-auth';
import { ManagedIdentityCredential } from '@azure/identity';

/** Opens the user-assigned identity with that client id, or the app's own without one. Nothing goes over the wire yet. */
export function openManagedIdentity(clientId: string | undefined): TokenCredential {
  // Somebody waits for the answer to a request: a token that does not come within seconds is for the next one.
  const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };
  return new ManagedIdentityCredential({ ...(clientId === undefined ? {} : { clientId }), retryOptions });
}
