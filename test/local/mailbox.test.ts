import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { EmailClient } from '@azure/communication-email';
import type { EmailClientOptions, EmailMessage } from '@azure/communication-email';
import { describe, expect, it } from 'vitest';
import { startMailbox } from '../../local/mailbox.ts';
import { eventually } from './processes.ts';
import { report, reportAbout, reportTo, useMailbox } from './mailbox-fixture.ts';

const { running, client, messages, requests, read, faults } = useMailbox();

describe('startMailbox()', () => {
  it('returns its address', () => {
    const { url, port, connectionString } = running();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(connectionString).toMatch(new RegExp(`^endpoint=${url}/;accesskey=[A-Za-z0-9+/]+=*$`));
  });

  it('names the port and its setting if the port is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    await expect(startMailbox({ port })).rejects.toThrow(
      `Cannot start the mailbox: port ${port} is in use. Choose another one: MAILBOX_PORT=${port + 10} npm start`,
    );
    occupant.close();
  });

  it('stops at once and frees its port even if a client waits for an answer', async () => {
    const mailbox = await startMailbox({ port: 0 });
    const body = JSON.stringify({ next: [{ kind: 'slow', ms: 60_000 }] });
    await fetch(`${mailbox.url}/api/faults`, { method: 'POST', body });
    const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
    const waiting = new EmailClient(mailbox.connectionString, options)
      .beginSend(report)
      .catch((error: unknown) => error);
    const requestsText = async () => (await fetch(`${mailbox.url}/api/requests`)).text();
    await eventually('the message is accepted', async () => (await requestsText()).includes('"accepted":1'));
    await mailbox.stop();
    expect(await waiting).toMatchObject({ code: 'ECONNRESET' });
    await (await startMailbox({ port: mailbox.port })).stop();
  });
});

describe('POST /emails:send', () => {
  it('accepts a message and delivers it', async () => {
    const poller = await client().beginSend(report);
    expect(poller.isDone()).toBe(false);
    const { id, status } = await poller.pollUntilDone();
    expect(status).toBe('Succeeded');
    expect(await messages()).toEqual([
      {
        id,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        senderAddress: 'sync@contoso.com',
        to: [{ address: 'admin@contoso.com', displayName: 'Ann Admin' }],
        cc: [],
        bcc: [],
        replyTo: [],
        subject: 'Joe waits for an address',
        plainText: 'Joe waits.',
        html: '<p>Joe waits.</p>',
        headers: {},
        attachments: [],
      },
    ]);
  });

  it('accepts a message with all possible properties', async () => {
    const full: EmailMessage = {
      senderAddress: 'sync@contoso.com',
      content: { subject: 'Grüße', plainText: 'Zoë' },
      recipients: { cc: [{ address: 'a@contoso.com' }], bcc: [{ address: 'b@contoso.com' }] },
      replyTo: [{ address: 'c@contoso.com' }],
      headers: { 'X-Week': '47' },
      attachments: [{ name: 'report.csv', contentType: 'text/csv', contentInBase64: 'YQ==' }],
      disableUserEngagementTracking: true,
    };
    await client().beginSend(full);
    const { content, recipients, replyTo, headers } = full;
    expect(await messages()).toMatchObject([
      {
        ...{ ...content, html: null, to: [], cc: recipients.cc, bcc: recipients.bcc, replyTo, headers },
        attachments: [{ name: 'report.csv', contentType: 'text/csv' }],
      },
    ]);
  });

  it('uses the operation id of the client', async () => {
    const operationId = randomUUID();
    const poller = await client().beginSend(report, { operationId });
    expect(await poller.pollUntilDone()).toMatchObject({ id: operationId, status: 'Succeeded' });
    expect(await read(`/api/messages/${operationId}`)).toMatchObject({ id: operationId });
  });

  it('answers the same message with the same id as before, and delivers it once', async () => {
    const operationId = randomUUID();
    await client().beginSend(report, { operationId });
    const again = await client().beginSend(report, { operationId });
    expect(await again.pollUntilDone()).toMatchObject({ id: operationId, status: 'Succeeded' });
    expect(await messages()).toHaveLength(1);
    expect((await requests()).sends).toEqual({ total: 2, accepted: 1, repeated: 1, refused: {} });
  });

  it('refuses another message with the same id', async () => {
    const operationId = randomUUID();
    await client().beginSend(report, { operationId });
    await expect(client().beginSend(reportAbout('Something else'), { operationId })).rejects.toMatchObject({
      name: 'RestError',
      statusCode: 409,
      code: 'Conflict',
    });
    expect(await messages()).toMatchObject([{ subject: report.content.subject }]);
  });

  it('refuses a request that is signed with another key', async () => {
    const stranger = new EmailClient(running().connectionString.replace(/accesskey=.*/, 'accesskey=c3RyYW5nZXI='), {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
    await expect(stranger.beginSend(report)).rejects.toMatchObject({
      statusCode: 401,
      code: 'Denied',
      message: 'Denied by the resource provider.',
      details: { xMsErrorCode: 'Denied' },
    });
    expect((await requests()).sends.refused).toEqual({ Denied: 1 });
  });

  it('accepts fifty recipients in all three fields together, but no more', async () => {
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ address: `admin${from + index}@contoso.com` }));
    const recipients = { to: some(0, 20), cc: some(20, 20), bcc: some(40, 10) };
    await client().beginSend({ ...report, recipients });
    await expect(
      client().beginSend({ ...report, recipients: { ...recipients, bcc: some(40, 11) } }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'BadRequest', message: /recipients.*51.*50/ });
    expect(await messages()).toHaveLength(1);
  });

  it.each(['admin', 'admin@', '@contoso.com', 'Ann <admin@contoso.com>', 'a b@contoso.com', ''])(
    'refuses the recipient "%s"',
    async (address) => {
      await expect(client().beginSend(reportTo('ann@contoso.com', address))).rejects.toMatchObject({
        statusCode: 400,
        code: 'InvalidEmailAddress',
        message: 'Invalid format for email address',
      });
    },
  );

  it.each<[string, EmailMessage]>([
    ['senderAddress', { ...report, senderAddress: 'Sync <sync@contoso.com>' }],
    ['content.subject', reportAbout('')],
    ['content', { ...report, content: { subject: 'Empty', plainText: '' } }],
    ['recipients', reportTo()],
    [
      'attachments.0.contentInBase64',
      { ...report, attachments: [{ name: 'a', contentType: 'b', contentInBase64: '*' }] },
    ],
  ])('refuses a message whose %s is wrong, and names it', async (property, message) => {
    await expect(client().beginSend(message)).rejects.toMatchObject({
      statusCode: 400,
      code: 'BadRequest',
      message: `Request body validation error. See property '${property}'`,
    });
  });

  it('refuses a message of more than 10 MB', async () => {
    const html = 'a'.repeat(10 * 1024 * 1024);
    await expect(client().beginSend({ ...report, content: { ...report.content, html } })).rejects.toMatchObject({
      statusCode: 413,
    });
  });

  it('refuses an unknown API version', async () => {
    // The client accepts it, although its types do not say so.
    const outdated: EmailClientOptions & { apiVersion: string } = { apiVersion: '2001-01-01' };
    await expect(client(outdated).beginSend(report)).rejects.toMatchObject({ code: 'UnsupportedApiVersion' });
  });

  it('never sees an operation id that is not a UUID, because the client itself refuses it', async () => {
    await expect(client().beginSend(report, { operationId: 'contoso-2026-W47' })).rejects.toThrow('a valid uuid');
    expect((await requests()).sends.total).toBe(0);
  });
});

describe('GET /emails/operations/{id}', () => {
  it('reports that the operation is running, then that it succeeded', async () => {
    const { id } = await (await client().beginSend(report)).pollUntilDone();
    // beginSend sends one query by itself, and pollUntilDone another one at once.
    expect((await requests()).queries.accepted).toBe(2);
    expect((await resume(id).then((poller) => poller.pollUntilDone())).status).toBe('Succeeded');
  });

  it('answers 404 for an unknown operation', async () => {
    await expect(resume(randomUUID())).rejects.toMatchObject({ statusCode: 404, code: 'NotFound' });
  });

  it('refuses a request that is not signed', async () => {
    const response = await fetch(`${running().url}/emails/operations/${randomUUID()}?api-version=2025-09-01`);
    expect(response.status).toBe(401);
    expect(response.headers.get('x-ms-error-code')).toBe('Denied');
    expect(await response.json()).toEqual({ error: { code: 'Denied', message: 'Denied by the resource provider.' } });
  });

  /** Queries an operation that an earlier client started. Sends no message. */
  async function resume(id: string) {
    const operationLocation = `${running().url}/emails/operations/${id}?api-version=2025-09-01`;
    const config = { metadata: { mode: 'OperationLocation' }, operationLocation };
    return client().beginSend(report, { resumeFrom: JSON.stringify({ state: { status: 'running', config } }) });
  }
});

describe('/api', () => {
  it('lists the messages, newest first', async () => {
    for (const subject of ['First', 'Second', 'Third']) await client().beginSend(reportAbout(subject));
    expect((await messages()).map(({ subject }) => subject)).toEqual(['Third', 'Second', 'First']);
  });

  it('deletes the messages on request, but remembers the operation ids', async () => {
    const operationId = randomUUID();
    await client().beginSend(report, { operationId });
    await fetch(`${running().url}/api/messages`, { method: 'DELETE' });
    expect(await messages()).toEqual([]);
    await client().beginSend(report, { operationId });
    expect(await messages()).toEqual([]);
  });

  it('resets the counts on request', async () => {
    await client().beginSend(report);
    await fetch(`${running().url}/api/requests`, { method: 'DELETE' });
    const none = { total: 0, accepted: 0, repeated: 0, refused: {} };
    expect(await requests()).toEqual({ sends: none, queries: none });
  });

  it.each(['/api/messages/unknown', '/api/unknown', '/emails'])('has nothing at %s', async (path) => {
    expect((await fetch(running().url + path)).status).toBe(404);
  });

  it.each<[string, object]>([
    ['an unknown fault', { next: [{ kind: 'fire' }] }],
    ['an unknown field', { nxt: [] }],
    ['a fault of sends for queries', { nextQueries: [{ kind: 'failOperation' }] }],
  ])('refuses %s', async (_, body) => {
    const response = await faults(body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Cannot set the faults');
  });
});
