/** A mailbox for those who have a token in place of the key: https in front of the local mailbox, which knows keys only. */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeJwt } from 'jose';
import type { RunningMailbox } from '../../local/mailbox.ts';
import type { Certificate } from './certificate.ts';

export type MailByToken = { readonly endpoint: string; stop(): Promise<void> };

/** Starts it. A request with a token for Communication Services goes on, signed with the mailbox's key; any other is a 401. */
export async function startMailByToken(mailbox: RunningMailbox, certificate: Certificate): Promise<MailByToken> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (!hasToken(request)) return void response.writeHead(401).end();
    const { method = 'GET', url = '/' } = request;
    const operationId = request.headers['operation-id'];
    const answered = await fetch(mailbox.url + url, {
      method,
      headers: {
        ...signed(mailbox, { method, url, body }),
        'Content-Type': 'application/json',
        ...(operationId === undefined ? {} : { 'Operation-Id': String(operationId) }),
      },
      body: new Uint8Array(body),
    });
    response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
  }

  const server = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function hasToken({ headers }: IncomingMessage): boolean {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  return token !== undefined && decodeJwt(token).aud === 'https://communication.azure.com/';
}

function signed(
  { port, connectionString }: RunningMailbox,
  { method, url, body }: { method: string; url: string; body: Buffer },
): Record<string, string> {
  const key = Buffer.from(/accesskey=(.+)$/.exec(connectionString)?.[1] ?? '', 'base64');
  const date = new Date().toUTCString();
  const bodyHash = createHash('sha256').update(body).digest('base64');
  const toSign = `${method}\n${url}\n${date};127.0.0.1:${port};${bodyHash}`;
  const signature = createHmac('sha256', key).update(toSign).digest('base64');
  return {
    'x-ms-date': date,
    'x-ms-content-sha256': bodyHash,
    Authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  };
}
