/**
 * Limits the time and the size of answers of the storage, also if it is slow or silent.
 *
 * Each request has a time limit for its whole answer (the client's own limit ends with the first byte). A request that takes
 * longer is tried again, like a lost connection. All requests of a piece of work share a deadline; requests under way are
 * aborted then. As with any lost answer, it is unknown whether an aborted write took place.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RestError, type TableServiceClientOptions } from '@azure/data-tables';

/** A policy of the storage client's pipeline. */
export type PipelinePolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];
type StorageRequest = Parameters<PipelinePolicy['sendRequest']>[0];
type StorageResponse = Awaited<ReturnType<PipelinePolicy['sendRequest']>>;

const deadlines = new AsyncLocalStorage<AbortSignal>();

/** Runs work whose requests to the storage must all end within a time. Of nested limits the earliest counts. */
export async function withinTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const around = deadlines.getStore();
  const own = AbortSignal.timeout(milliseconds);
  const deadline = around ? AbortSignal.any([around, own]) : own;
  try {
    return await deadlines.run(deadline, work);
  } catch (error) {
    // Between two tries, the client throws an error without a reason.
    if (deadline.aborted && error instanceof Error && error.name === 'AbortError') throw timeIsOver();
    throw error;
  }
}

function timeIsOver(): RestError {
  return new RestError('The storage did not answer within the time of the request', { code: 'RequestTimeIsOver' });
}

/** The longest `Retry-After` that is obeyed; if the storage names a longer one, the request fails. */
const longestWaitMs = 5_000;

/** The largest answer in bytes; parsed, it takes a few times as much memory. */
const largestAnswer = 32 * 1024 * 1024;

/** Reports whether an answer was too large: ask for fewer rows. */
export function isAnswerTooLarge(error: unknown): boolean {
  return error instanceof RestError && error.code === 'AnswerTooLarge';
}

/** Returns the policy that limits each try of a request. */
export function boundRequests(requestTimeoutMs: number): PipelinePolicy {
  return {
    name: 'boundRequests',
    async sendRequest(request, next) {
      const deadline = deadlines.getStore();
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      const timer = setTimeout(abort, requestTimeoutMs);
      deadline?.addEventListener('abort', abort);
      if (deadline?.aborted) abort();
      request.abortSignal = stop.signal;
      try {
        return orBusy(await Promise.race([whole(next, request), aborted(stop.signal)]), request);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        if (deadline?.aborted) throw timeIsOver();
        // The client tries again after this code, as after a lost connection.
        const message = `The storage did not answer within ${Math.round(requestTimeoutMs)} ms`;
        throw new RestError(message, { code: 'ETIMEDOUT', request });
      } finally {
        clearTimeout(timer);
        deadline?.removeEventListener('abort', abort);
        // The client's wait before the next try ends with the deadline, too.
        if (deadline) request.abortSignal = deadline;
        else delete request.abortSignal;
      }
    },
  };
}

/** Sends a request. Reads the answer to a query up to the largest size. */
async function whole(
  next: Parameters<PipelinePolicy['sendRequest']>[1],
  request: StorageRequest,
): Promise<StorageResponse> {
  if (request.method !== 'GET') return next(request);
  request.streamResponseStatusCodes = new Set([200]);
  const response = await next(request);
  delete request.streamResponseStatusCodes;
  const { readableStreamBody, ...rest } = response;
  return readableStreamBody ? { ...rest, bodyAsText: await textOf(readableStreamBody, request) } : response;
}

async function textOf(stream: NodeJS.ReadableStream, request: StorageRequest): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of stream) {
      size += (part as Buffer).length;
      if (size > largestAnswer) break;
      parts.push(part as Buffer);
    }
  } catch (error) {
    const message = `The answer of the storage ended too early: ${(error as Error).message}`;
    throw new RestError(message, { code: RestError.PARSE_ERROR, request });
  }
  if (size <= largestAnswer) return Buffer.concat(parts).toString('utf8');
  const message = `The storage answered with more than ${largestAnswer} bytes`;
  throw new RestError(message, { code: 'AnswerTooLarge', request });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** Throws if the storage is busy for long: the client would wait as long as `Retry-After` says, even an hour. */
function orBusy(response: StorageResponse, request: StorageRequest): StorageResponse {
  const { status, headers } = response;
  if (status !== 503 && status !== 429) return response;
  const retryAfter = headers.get('Retry-After');
  if (retryAfter === undefined) return response;
  const waitMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  if (waitMs <= longestWaitMs) return response;
  throw new RestError(`The storage is busy: it accepts no request for ${Math.ceil(waitMs / 1_000)} s`, {
    code: 'ServerBusy',
    statusCode: status,
    request,
  });
}
