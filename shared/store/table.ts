/** A table of the storage account: the client, its counts, and the meaning of its errors. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { isWithoutToken, type Location } from '../identity/locate.ts';
import { escapeSeparators } from './escape-separators.ts';
import { boundRequests, type PipelinePolicy } from './time-bounds.ts';

/** Requests to the storage, including retries; transactions that succeeded; rows written and read. */
export type StorageCounts = {
  requests: number;
  transactions: number;
  rowsWritten: number;
  rowsRead: number;
};

/** Returns counts of zero. */
export function noCounts(): StorageCounts {
  return { requests: 0, transactions: 0, rowsWritten: 0, rowsRead: 0 };
}

const counting = new AsyncLocalStorage<StorageCounts>();

/** Runs work, and counts the requests that it sends to any table in `counts`. */
export function countRequests<T>(counts: StorageCounts, work: () => Promise<T>): Promise<T> {
  return counting.run(counts, work);
}

/** The location of a storage account. The connection string `UseDevelopmentStorage=true` means Azurite. */
export type StorageLocation = Location & {
  /** How often a failed request is sent again; 3 times by default. */
  readonly maxRetries?: number;
  /** How long one try of a request may take, including its whole answer; 25 seconds by default. */
  readonly requestTimeoutMs?: number;
};

/** Opens a table. Nothing goes over the wire before the first request. */
export function openTable(location: StorageLocation, tableName: string): TableClient {
  const { maxRetries = 3, requestTimeoutMs = 25_000 } = location;
  const options: TableServiceClientOptions = {
    // The sync client gets its answer within seconds, and decides itself whether to wait longer.
    retryOptions: { maxRetries, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
    additionalPolicies: [
      { policy: escapeSeparators, position: 'perCall' },
      { policy: countRequest, position: 'perRetry' },
      { policy: boundRequests(requestTimeoutMs), position: 'perRetry' },
    ],
  };
  if ('endpoint' in location) return new TableClient(location.endpoint, tableName, location.credential, options);
  const { connectionString } = location;
  const allowInsecureConnection = /TableEndpoint=http:/i.test(connectionString);
  return TableClient.fromConnectionString(connectionString, tableName, { ...options, allowInsecureConnection });
}

const countRequest: PipelinePolicy = {
  name: 'countRequest',
  sendRequest(request, next) {
    const counts = counting.getStore();
    if (counts) counts.requests++;
    return next(request);
  },
};

/**
 * Returns the error code of the storage service, such as `EntityAlreadyExists`; undefined for any other error.
 *
 * The client has two shapes of errors: a transaction sets `code`, other requests set only `details`.
 */
export function storageErrorCode(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as { odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? error.code;
}

const lostRaces: readonly (string | undefined)[] = [
  'EntityAlreadyExists',
  'UpdateConditionNotSatisfied',
  'ConditionNotMet',
  'ResourceNotFound',
  'EntityNotFound',
];

/** Reports whether a write failed because another one was faster: read again, plan again. */
export function isLostRace(error: unknown): boolean {
  return lostRaces.includes(storageErrorCode(error));
}

/** Reports whether the row does not exist. A missing table is a different error. */
export function isRowNotFound(error: unknown): boolean {
  const code = storageErrorCode(error);
  return code === 'ResourceNotFound' || code === 'EntityNotFound';
}

/** Reports whether the storage did not answer, denied access, or is busy: the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'AbortError' || isWithoutToken(error)) return true;
  if (!(error instanceof RestError)) return false;
  if (error.statusCode === undefined || isDenied(error)) return true;
  return error.statusCode >= 500 || error.statusCode === 408 || error.statusCode === 429 || isTableMissing(error);
}

/** Reports whether the storage answered with this error or did not answer. */
export function isFromStorage(error: unknown): boolean {
  return error instanceof RestError || isUnavailable(error);
}

/**
 * Reports whether the storage denied access: the key is wrong, or the identity has no role. A new role takes minutes to
 * become effective, so the same request may succeed later.
 */
export function isDenied(error: unknown): boolean {
  return error instanceof RestError && (error.statusCode === 401 || error.statusCode === 403);
}

/** Reports whether the table itself is missing: it was deleted, or the emulator was restarted. */
export function isTableMissing(error: unknown): boolean {
  return storageErrorCode(error) === 'TableNotFound';
}
