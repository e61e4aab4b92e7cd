/** Signs in with a managed identity. The only import of @azure/identity, in a file of its own so that it is loaded on demand. */
import type { TokenCredential } from '@azure/core-auth';
import { ManagedIdentityCredential } from '@azure/identity';

/** Opens the user-assigned identity with a client id, or without one the identity of the app. Sends no request yet. */
export function openManagedIdentity(clientId: string | undefined): TokenCredential {
  // A request waits for the token: after a few seconds it fails, and the next request tries again.
  const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };
  return new ManagedIdentityCredential({ ...(clientId === undefined ? {} : { clientId }), retryOptions });
}
