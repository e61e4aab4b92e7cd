/** The faults of the mailbox, and how the genuine client reports each of them. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { report, reportAbout, reportTo, useMailbox } from './mailbox-fixture.ts';

const { client, messages, requests, read, faults } = useMailbox();

describe('throttle', () => {
  it('answers 429 with Retry-After, which a client without retries reports at once', async () => {
    await faults({ next: [{ kind: 'throttle', retryAfterSeconds: 30 }] });
    const failure = await client()
      .beginSend(report)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'RestError',
      statusCode: 429,
      code: 'TooManyRequests',
      details: { 'retry-after': '30' },
    });
    expect(await messages()).toEqual([]);
  });

  it('makes a client with retries wait as long as Retry-After says, and send again', async () => {
    await faults({ next: [{ kind: 'throttle', retryAfterSeconds: 1 }] });
    const started = performance.now();
    await client({ retryOptions: { maxRetries: 1 } }).beginSend(report);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect((await requests()).sends).toMatchObject({ total: 2, accepted: 1, refused: { TooManyRequests: 1 } });
  });
});

describe('status', () => {
  it.each([
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
    [403, 'Forbidden'],
  ])('answers %i without accepting the message', async (status, code) => {
    await faults({ next: [{ kind: 'status', status }] });
    await expect(client().beginSend(report)).rejects.toMatchObject({ statusCode: status, code });
    expect((await requests()).sends).toEqual({ total: 1, accepted: 0, repeated: 0, refused: { [code]: 1 } });
  });
});

describe('slow', () => {
  it('accepts the message at once, but answers late', async () => {
    await faults({ next: [{ kind: 'slow', ms: 300 }] });
    const started = performance.now();
    await client().beginSend(report);
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  it.each([
    ['a signal', () => ({ abortSignal: AbortSignal.timeout(100) })],
    ['a timeout', () => ({ requestOptions: { timeout: 100 } })],
  ])('makes a client that aborts by %s throw an AbortError, although its message is delivered', async (_, aborting) => {
    await faults({ next: [{ kind: 'slow', ms: 60_000 }] });
    await expect(client().beginSend(report, aborting())).rejects.toMatchObject({ name: 'AbortError' });
    expect(await messages()).toHaveLength(1);
  });
});

describe('loseAnswer', () => {
  it('delivers the message once if the client sends it again with the same id', async () => {
    const operationId = randomUUID();
    await faults({ next: [{ kind: 'loseAnswer' }] });
    await expect(client().beginSend(report, { operationId })).rejects.toMatchObject({
      name: 'RestError',
      code: 'ECONNRESET',
    });
    expect(await messages()).toHaveLength(1);
    await client().beginSend(report, { operationId });
    expect(await messages()).toHaveLength(1);
  });

  it('delivers the message twice if the client retries by itself without an id', async () => {
    await faults({ next: [{ kind: 'loseAnswer' }] });
    await client({ retryOptions: { maxRetries: 1, retryDelayInMs: 1 } }).beginSend(report);
    expect(await messages()).toHaveLength(2);
  });
});

describe('failOperation', () => {
  it('accepts the message, does not deliver it, and reports the reason to a query', async () => {
    await faults({ next: [{ kind: 'failOperation', code: 'EmailDropped', message: 'Unknown mailbox.' }] });
    const poller = await client().beginSend(report);
    await expect(poller.pollUntilDone()).rejects.toThrow(
      'The long-running operation has failed. EmailDropped. Unknown mailbox.',
    );
    expect(await messages()).toEqual([]);
  });
});

describe('refuseRecipient', () => {
  it('refuses the next message to this recipient, and accepts messages to others', async () => {
    await faults({
      next: [
        { kind: 'refuseRecipient', address: 'Bob@contoso.com' },
        { kind: 'status', status: 500 },
      ],
    });
    await expect(client().beginSend(reportTo('ann@contoso.com'))).rejects.toMatchObject({ statusCode: 500 });
    await client().beginSend(reportTo('ann@contoso.com'));
    const toBoth = reportTo('ann@contoso.com', 'bob@contoso.com');
    await expect(client().beginSend(toBoth)).rejects.toMatchObject({ code: 'InvalidEmailAddress' });
    await client().beginSend(toBoth);
    expect(await messages()).toHaveLength(2);
  });
});

describe('the faults of sends', () => {
  it('apply to one send each, in order, and are listed until then', async () => {
    await faults({
      next: [
        { kind: 'status', status: 500 },
        { kind: 'status', status: 503 },
      ],
    });
    await expect(client().beginSend(report)).rejects.toMatchObject({ statusCode: 500 });
    expect(await read('/api/faults')).toMatchObject({ next: [{ kind: 'status', status: 503 }] });
    await expect(client().beginSend(report)).rejects.toMatchObject({ statusCode: 503 });
    await client().beginSend(report);
    expect(await messages()).toHaveLength(1);
  });

  it('are not used up by a message that is refused anyway', async () => {
    await faults({ next: [{ kind: 'status', status: 500 }] });
    await expect(client().beginSend(reportTo())).rejects.toMatchObject({ statusCode: 400 });
    await expect(client().beginSend(report)).rejects.toMatchObject({ statusCode: 500 });
  });
});

describe('the faults of queries', () => {
  it('make beginSend fail although the message was accepted and delivered', async () => {
    await faults({ nextQueries: [{ kind: 'throttle' }] });
    const statuses: number[] = [];
    const onResponse = ({ status }: { status: number }) => void statuses.push(status);
    await expect(client().beginSend(report, { onResponse })).rejects.toMatchObject({ statusCode: 429 });
    expect(statuses).toEqual([202, 429]);
    expect(await messages()).toHaveLength(1);
  });

  it('cannot be aborted by the signal of pollUntilDone', async () => {
    await faults({
      nextQueries: [
        { kind: 'slow', ms: 0 },
        { kind: 'slow', ms: 500 },
      ],
    });
    const poller = await client().beginSend(report);
    const { status } = await poller.pollUntilDone({ abortSignal: AbortSignal.timeout(50) });
    expect(status).toBe('Succeeded');
  });
});

describe('the limits', () => {
  it('accept so many sends a minute, and answer the others with Retry-After', async () => {
    await faults({ limit: { perMinute: 2 } });
    await client().beginSend(reportAbout('First'));
    await client().beginSend(reportAbout('Second'));
    const third = client().beginSend(reportAbout('Third'));
    await expect(third).rejects.toMatchObject({ statusCode: 429, details: { 'retry-after': '60' } });
    await faults({ advanceSeconds: 60 });
    await client().beginSend(reportAbout('Third'));
    expect((await requests()).sends).toMatchObject({ accepted: 3, refused: { TooManyRequests: 1 } });
  });

  it('accept so many sends an hour', async () => {
    await faults({ limit: { perMinute: 1, perHour: 2 } });
    await client().beginSend(report);
    await faults({ advanceSeconds: 60 });
    await client().beginSend(report);
    await faults({ advanceSeconds: 60 });
    await expect(client().beginSend(report)).rejects.toMatchObject({ details: { 'retry-after': '3480' } });
    await faults({ advanceSeconds: 3480 });
    await client().beginSend(report);
  });

  it('count queries separately', async () => {
    await faults({ limit: { perMinute: 2 }, queryLimit: { perMinute: 1 } });
    await client().beginSend(report);
    await expect(client().beginSend(report)).rejects.toMatchObject({ statusCode: 429 });
    expect(await messages()).toHaveLength(2);
  });
});
