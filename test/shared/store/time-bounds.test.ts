import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { RestError } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { boundRequests, isAnswerTooLarge, type PipelinePolicy, withinTime } from '../../../shared/store/time-bounds.ts';

type Next = Parameters<PipelinePolicy['sendRequest']>[1];
type StorageRequest = Parameters<Next>[0];
type StorageResponse = Awaited<ReturnType<Next>>;

function requestOf(method: 'GET' | 'POST'): StorageRequest {
  const request = { method, url: 'http://storage', headers: new Map(), timeout: 0, requestId: '1' };
  return request as unknown as StorageRequest;
}

/** An answer of the storage, with its body as a stream if the request is a query. */
function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body?: Iterable<Buffer>,
): StorageResponse {
  return {
    status,
    headers: new Map(Object.entries(headers)),
    request: requestOf('GET'),
    ...(body ? { readableStreamBody: Readable.from(body) } : {}),
  } as unknown as StorageResponse;
}

type Sending = { readonly timeoutMs?: number; readonly method?: 'GET' | 'POST' };

function send(next: Next, { timeoutMs = 1_000, method = 'POST' }: Sending = {}): Promise<StorageResponse> {
  return boundRequests(timeoutMs).sendRequest(requestOf(method), next);
}

const silence: Next = () => new Promise<never>(() => undefined);

describe('boundRequests()', () => {
  it('returns an answer that comes within the time', async () => {
    expect(await send(() => Promise.resolve(answer(204)))).toMatchObject({ status: 204 });
  });

  it('throws ETIMEDOUT, which the client tries again, if there is no answer within the time', async () => {
    await expect(send(silence, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('limits the time of the whole answer, not only of its first byte', async () => {
    async function* slowly(): AsyncGenerator<Buffer> {
      for (;;) {
        yield Buffer.from('[');
        await delay(5);
      }
    }
    const body = slowly() as unknown as Iterable<Buffer>;
    await expect(
      send(() => Promise.resolve(answer(200, {}, body)), { timeoutMs: 50, method: 'GET' }),
    ).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it.each([
    [32, true],
    [33, false],
  ])('of an answer of %i MiB: returns it is %s', async (mebibytes, fits) => {
    const body = Array.from({ length: mebibytes }, () => Buffer.alloc(1024 * 1024, 'x'));
    const sent = send(() => Promise.resolve(answer(200, {}, body)), { method: 'GET' });
    const outcome = await sent.then(
      ({ bodyAsText }) => bodyAsText?.length === mebibytes * 1024 * 1024,
      (error: unknown) => !isAnswerTooLarge(error),
    );
    expect(outcome).toBe(fits);
  });

  it('throws a parse error, which the client tries again, if an answer ends too early', async () => {
    function* broken(): Generator<Buffer> {
      yield Buffer.from('[');
      throw new Error('aborted');
    }
    const sent = send(() => Promise.resolve(answer(200, {}, broken())), { method: 'GET' });
    await expect(sent).rejects.toMatchObject({ code: RestError.PARSE_ERROR });
  });

  it.each([
    [503, '5', false],
    [503, '6', true],
    [429, '3600', true],
    [503, undefined, false],
    // Any other status with the header is the client's business.
    [500, '3600', false],
  ])('of status %i with Retry-After %s: throws is %s', async (status, retryAfter, throws) => {
    const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter };
    const outcome = await send(() => Promise.resolve(answer(status, headers))).then(
      () => 'returns',
      (error: unknown) => (error as RestError).code,
    );
    expect(outcome).toBe(throws ? 'ServerBusy' : 'returns');
  });

  it('throws ServerBusy if Retry-After is a date further away than 5 s', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    const sent = send(() => Promise.resolve(answer(503, { 'Retry-After': inAnHour })));
    await expect(sent).rejects.toMatchObject({ code: 'ServerBusy', statusCode: 503 });
  });
});

describe('withinTime()', () => {
  it('returns the result of work that ends within the time', async () => {
    expect(await withinTime(1_000, () => Promise.resolve('done'))).toBe('done');
  });

  it('ends a request under way at the deadline, which the client does not try again', async () => {
    await expect(withinTime(10, () => send(silence))).rejects.toMatchObject({ code: 'RequestTimeIsOver' });
  });

  it('ends a request that begins after the deadline', async () => {
    const work = async (): Promise<void> => {
      await delay(30);
      await send(silence);
    };
    await expect(withinTime(10, work)).rejects.toMatchObject({ code: 'RequestTimeIsOver' });
  });

  it.each([
    ['inside', 1_000, 10],
    ['outside', 10, 1_000],
  ])('ends with the earlier of two deadlines, the one %s', async (_, outer, inner) => {
    const work = withinTime(outer, () => withinTime(inner, () => send(silence, { timeoutMs: 5_000 })));
    await expect(work).rejects.toMatchObject({ code: 'RequestTimeIsOver' });
  });

  it('does not change another failure of the work', async () => {
    await expect(withinTime(1_000, () => Promise.reject(new Error('other')))).rejects.toThrow('other');
  });
});
