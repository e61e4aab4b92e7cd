/**
 * Bounds in time and in size: storage that is slow, or silent, holds up nobody for longer than is said here, and no
 * answer of it takes more room.
 *
 * One request to the storage has so long for its whole answer; the client's own time-out ends with the first byte of
 * it, and what takes too long is tried again like any lost connection. All requests of a piece of work together have
 * until its deadline; what is under way then is given up: a write of which nobody knows whether it took place, as
 * when an answer is lost.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RestError, type TableServiceClientOptions } from '@azure/data-tables';

/** A policy of the storage client's pipeline. */
export type PipelinePolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];
type StorageRequest = Parameters<PipelinePolicy['sendRequest']>[0];
type StorageResponse = Awaited<ReturnType<PipelinePolicy['sendRequest']>>;

const deadlines = new AsyncLocalStorage<AbortSignal>();

/** Runs a piece of work whose requests to the storage end, all together, within a time; a longer one around it yields. */
export async function withinTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const around = deadlines.getStore();
  const own = AbortSignal.timeout(milliseconds);
  const deadline = around ? AbortSignal.any([around, own]) : own;
  try {
    return await deadlines.run(deadline, work);
  } catch (error) {
    // Aborted between two tries, the client throws an error that says nothing.
    if (deadline.aborted && error instanceof Error && error.name === 'AbortError') throw timeIsOver();
    throw error;
  }
}

function timeIsOver(): RestError {
  return new RestError('The storage did not answer within the time of the request', { code: 'RequestTimeIsOver' });
}

/** What the storage asks us to wait at most before we try again; where it asks for more, the caller is told so. */
const longestWaitMs = 5_000;

/** The most that the storage may answer with, in bytes: what is parsed of it takes a few times as much. */
const largestAnswer = 32 * 1024 * 1024;

/** Tells whether a query asked for more rows at once than an answer may hold: ask for fewer. */
export function isAnswerTooLarge(error: unknown): boolean {
  return error instanceof RestError && error.code === 'AnswerTooLarge';
}

/** Makes the policy that bounds each request, tries included one by one. */
export function boundRequests(requestTimeoutMs: number): PipelinePolicy {
  return {
    name: 'boundRequests',
    async sendRequest(request, next) {
      const deadline = deadlines.getStore();
      const stop = new AbortController();
      const giveUp = (): void => stop.abort();
      const timer = setTimeout(giveUp, requestTimeoutMs);
      deadline?.addEventListener('abort', giveUp);
      if (deadline?.aborted) giveUp();
      request.abortSignal = stop.signal;
      try {
        return orBusy(await Promise.race([whole(next, request), aborted(stop.signal)]), request);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        if (deadline?.aborted) throw timeIsOver();
        // What the client takes for a lost connection, it tries again.
        const message = `The storage did not answer within ${Math.round(requestTimeoutMs)} ms`;
        throw new RestError(message, { code: 'ETIMEDOUT', request });
      } finally {
        clearTimeout(timer);
        deadline?.removeEventListener('abort', giveUp);
        // The wait before the next try ends with the deadline, too.
        if (deadline) request.abortSignal = deadline;
        else delete request.abortSignal;
      }
    },
  };
}

/** Sends a request, and reads what rows it is answered with as far as they may go. */
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

/** The client would wait as long as the storage asks it to, an hour if need be. */
function orBusy(response: StorageResponse, request: StorageRequest): StorageResponse {
  const { status, headers } = response;
  if (status !== 503 && status !== 429) return response;
  const asked = headers.get('Retry-After');
  if (asked === undefined) return response;
  const waitMs = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - Date.now();
  if (waitMs <= longestWaitMs) return response;
  throw new RestError(`The storage is busy, and asks to be left alone for ${Math.ceil(waitMs / 1_000)} s`, {
    code: 'ServerBusy',
    statusCode: status,
    request,
  });
}
