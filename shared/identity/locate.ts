/** Who the service is to the services that it uses, where it has no key. */
import type { TokenCredential } from '@azure/core-auth';
import type { Connection } from '../read-connections.ts';

/** Where a service of Azure is, and with what it is opened. */
export type Location =
  { readonly connectionString: string } | { readonly endpoint: string; readonly credential: TokenCredential };

/** Gives the location that a connection leads to. Nothing is loaded, and nothing goes over the wire, before the first token. */
export function locate(connection: Connection): Location {
  if ('connectionString' in connection) return connection;
  const { endpoint, clientId } = connection;
  return { endpoint, credential: whenNeeded(() => openIdentity(clientId)) };
}

async function openIdentity(clientId: string | undefined): Promise<TokenCredential> {
  // A start with a connection string does without: the library is more than half as large as all the rest.
  const { openManagedIdentity } = await import('./open-managed-identity.ts');
  return openManagedIdentity(clientId);
}

function whenNeeded(open: () => Promise<TokenCredential>): TokenCredential {
  let opened: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, options) => (await (opened ??= open())).getToken(scopes, options),
  };
}

/** Tells whether a request failed because there was no token for it: the identity is not there, or its endpoint did not answer. */
export function isWithoutToken(error: unknown): boolean {
  // By its name: the class is in a file that may never have been loaded.
  return error instanceof Error && error.name === 'CredentialUnavailableError';
}
