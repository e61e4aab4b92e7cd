/** A table of the storage account: the client, what went over the wire, and what its errors mean. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { isWithoutToken, type Location } from '../identity/locate.ts';
import { escapeSeparators } from './escape-separators.ts';
import { boundRequests, type PipelinePolicy } from './time-bounds.ts';

/** What went over the wire: requests, retries included; transactions that succeeded; rows written and read. */
export type StorageCounts = {
  requests: number;
  transactions: number;
  rowsWritten: number;
  rowsRead: number;
};

/** Counts nothing yet. */
export function noCounts(): StorageCounts {
  return { requests: 0, transactions: 0, rowsWritten: 0, rowsRead: 0 };
}

const counting = new AsyncLocalStorage<StorageCounts>();

/** Runs a piece of work, and counts into `counts` the requests that it sends to any table. */
export function countRequests<T>(counts: StorageCounts, work: () => Promise<T>): Promise<T> {
  return counting.run(counts, work);
}

/** Where a storage account is, and with what it is opened; the connection string `UseDevelopmentStorage=true` is Azurite. */
export type StorageLocation = Location & {
  /** How often a request that failed is sent again; 3 times unless it says otherwise. */
  readonly maxRetries?: number;
  /** How long one try of a request has for its whole answer; 25 seconds unless it says otherwise. */
  readonly requestTimeoutMs?: number;
};

/** Opens a table. Nothing goes over the wire before the first request. */
export function openTable(location: StorageLocation, tableName: string): TableClient {
  const { maxRetries = 3, requestTimeoutMs = 25_000 } = location;
  const options: TableServiceClientOptions = {
    // A client that sends the same export again is told so within seconds; a longer wait is its decision.
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
 * Gives the storage service's error code: `EntityAlreadyExists`, `UpdateConditionNotSatisfied`, `ResourceNotFound`, ...
 *
 * The client has two shapes: a transaction sets `code`, a single operation only `details`. Undefined where the error is
 * not of the storage service.
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

/** Tells whether a write failed because somebody else was faster: read again, plan again. */
export function isLostRace(error: unknown): boolean {
  return lostRaces.includes(storageErrorCode(error));
}

/** Tells whether a row that was asked for is not there; a missing table is another matter. */
export function isRowNotFound(error: unknown): boolean {
  const code = storageErrorCode(error);
  return code === 'ResourceNotFound' || code === 'EntityNotFound';
}

/** Tells whether the storage did not answer, or not to us, or that it cannot now: the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'AbortError' || isWithoutToken(error)) return true;
  if (!(error instanceof RestError)) return false;
  if (error.statusCode === undefined || isDenied(error)) return true;
  return error.statusCode >= 500 || error.statusCode === 408 || error.statusCode === 429 || isTableMissing(error);
}

/** Reports whether an error is what the storage answered, or that it did not answer. */
export function isFromStorage(error: unknown): boolean {
  return error instanceof RestError || isUnavailable(error);
}

/**
 * Tells whether the storage answers, but not to us: the key is wrong, or the identity has no role there. A role that was
 * given a moment ago takes minutes to be known, so that the same request may succeed later.
 */
export function isDenied(error: unknown): boolean {
  return error instanceof RestError && (error.statusCode === 401 || error.statusCode === 403);
}

/** Tells whether the table itself is missing: it was deleted, or the emulator was started anew. */
export function isTableMissing(error: unknown): boolean {
  return storageErrorCode(error) === 'TableNotFound';
}
