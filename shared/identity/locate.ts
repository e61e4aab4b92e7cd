/** The locations of the Azure services in use, and how this service signs in to them. */
import type { TokenCredential } from '@azure/core-auth';
import { openOnce } from '../open-once.ts';
import type { Connection } from '../read-connections.ts';

/** The location of an Azure service, with a key or as a managed identity. */
export type Location =
  { readonly connectionString: string } | { readonly endpoint: string; readonly credential: TokenCredential };

/** Returns the location of a connection. The library for identities is loaded for the first token, not before. */
export function locate(connection: Connection): Location {
  if ('connectionString' in connection) return connection;
  const { endpoint, clientId } = connection;
  return { endpoint, credential: whenNeeded(() => openIdentity(clientId)) };
}

async function openIdentity(clientId: string | undefined): Promise<TokenCredential> {
  // Not needed with a connection string, and more than half as large as all other code.
  const { openManagedIdentity } = await import('./open-managed-identity.ts');
  return openManagedIdentity(clientId);
}

function whenNeeded(open: () => Promise<TokenCredential>): TokenCredential {
  const opened = openOnce(open);
  return {
    getToken: async (scopes, options) => (await opened()).getToken(scopes, options),
  };
}

/** Reports whether a request failed without a token: there is no such identity, or its endpoint did not answer. */
export function isWithoutToken(error: unknown): boolean {
  // Compared by name, because the library with the class may not be loaded.
  return error instanceof Error && error.name === 'CredentialUnavailableError';
}
