/** Reads the connections to the storage and the mail service: a connection string with a key, or a managed identity. */

/**
 * A connection to an Azure service. `clientId` names a user-assigned identity; without it, the app's own identity signs in.
 */
export type Connection =
  { readonly connectionString: string } | { readonly endpoint: string; readonly clientId: string | undefined };

type Environment = Readonly<Record<string, string | undefined>>;

type ConnectionSettings = {
  readonly connectionString: string;
  readonly endpoint: string;
  readonly clientId: string;
  /** The name of the service, and examples of both settings. */
  readonly of: string;
  readonly exampleEndpoint: string;
  readonly isConnectionString: (value: string) => boolean;
  readonly form: string;
};

const storage: ConnectionSettings = {
  connectionString: 'AzureWebJobsStorage',
  endpoint: 'AzureWebJobsStorage__tableServiceUri',
  clientId: 'AzureWebJobsStorage__clientId',
  of: 'a storage account',
  exampleEndpoint: 'https://contoso.table.core.windows.net/',
  isConnectionString: (value) =>
    /^UseDevelopmentStorage=true;?$/i.test(value) ||
    (/AccountName=/i.test(value) && /AccountKey=/i.test(value)) ||
    /SharedAccessSignature=/i.test(value),
  form: 'AccountName=...;AccountKey=...',
};

const mail: ConnectionSettings = {
  connectionString: 'COMMUNICATION_SERVICES_CONNECTION_STRING',
  endpoint: 'COMMUNICATION_SERVICES_ENDPOINT',
  clientId: 'COMMUNICATION_SERVICES_CLIENT_ID',
  of: 'Azure Communication Services',
  exampleEndpoint: 'https://contoso.communication.azure.com/',
  isConnectionString: (value) => {
    const parts = new Map(value.split(';').map((part) => [part.split('=', 1)[0]?.toLowerCase(), part]));
    const endpoint = parts.get('endpoint')?.slice('endpoint='.length) ?? '';
    return /^https?:$/.test(URL.parse(endpoint)?.protocol ?? '') && /=.+/.test(parts.get('accesskey') ?? '');
  },
  form: 'endpoint=https://...;accesskey=...',
};

/** Reads the connection to Table Storage; adds missing and malformed settings to `problems`. */
export function readStorage(environment: Environment, problems: string[]): Connection {
  return readConnection(environment, storage, problems);
}

/** Reads the connection to the mail service; adds missing and malformed settings to `problems`. */
export function readMail(environment: Environment, problems: string[]): Connection {
  return readConnection(environment, mail, problems);
}

function readConnection(environment: Environment, names: ConnectionSettings, problems: string[]): Connection {
  const connectionString = environment[names.connectionString] ?? '';
  const endpoint = environment[names.endpoint] ?? '';
  const clientId = environment[names.clientId];
  if (connectionString && endpoint) {
    problems.push(`${names.connectionString} and ${names.endpoint} are both set; remove one of them`);
  } else if (endpoint) {
    // The client sends no token over http.
    if (URL.parse(endpoint)?.protocol !== 'https:') {
      problems.push(`${names.endpoint} is "${endpoint}"; it is an https address, such as "${names.exampleEndpoint}"`);
    }
  } else if (!connectionString) {
    problems.push(
      `${names.connectionString} is missing; it is the connection string of ${names.of} (${names.form}). With a managed identity, set ${names.endpoint} instead`,
    );
  } else if (!names.isConnectionString(connectionString)) {
    // The message does not show the setting: it contains the key.
    problems.push(`${names.connectionString} is not a connection string of ${names.of} (${names.form})`);
  }
  // A template may set every setting, and leave the unused ones empty.
  return endpoint ? { endpoint, clientId: clientId === '' ? undefined : clientId } : { connectionString };
}
