import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmailClient } from '@azure/communication-email';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSignature } from '../../local/mailbox/check-signature.ts';
import { readCall, type Call } from '../../local/mailbox/call.ts';
import { Refused } from '../../local/mailbox/refused.ts';
import { report } from './mailbox-fixture.ts';

const accessKey = Buffer.from('a key').toString('base64');
const minuteMs = 60_000;

let genuine: Call;
let signedAt: number;

beforeAll(async () => {
  genuine = await captureSend();
  signedAt = Date.parse(String(genuine.headers['x-ms-date']));
});

/** Returns the request of the genuine client for a message. */
async function captureSend(): Promise<Call> {
  const server = createServer();
  const call = new Promise<Call>((resolve, reject) => {
    server.once('request', (request, response) => {
      readCall(request)
        .then(resolve, reject)
        .finally(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new EmailClient(`endpoint=http://127.0.0.1:${port}/;accesskey=${accessKey}`, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await client.beginSend(report).catch(() => 'there is no answer');
  server.close();
  return call;
}

function check(call: Call, now = signedAt): void {
  checkSignature(call, { accessKey, now: new Date(now) });
}

describe('checkSignature()', () => {
  it('accepts a request that the genuine client signed', () => {
    expect(() => check(genuine)).not.toThrow();
  });

  it.each([-15, 15])('accepts a clock that is %i minutes off, but no more', (minutes) => {
    const edge = signedAt + minutes * minuteMs;
    expect(() => check(genuine, edge)).not.toThrow();
    expect(() => check(genuine, edge + Math.sign(minutes))).toThrow(Refused);
  });

  it('refuses another key', () => {
    const other = { accessKey: Buffer.from('another key').toString('base64'), now: new Date(signedAt) };
    expect(() => checkSignature(genuine, other)).toThrow('Denied by the resource provider.');
  });

  it.each<[string, Partial<Call>]>([
    ['body', { body: Buffer.from('{}') }],
    ['method', { method: 'PUT' }],
    ['path', { target: '/emails:send?api-version=2023-03-31' }],
  ])('refuses another %s than the one that was signed', (_, changed) => {
    expect(() => check({ ...genuine, ...changed })).toThrow(Refused);
  });

  it.each(['authorization', 'x-ms-date', 'x-ms-content-sha256', 'host'])('refuses a request without %s', (name) => {
    expect(() => check({ ...genuine, headers: { ...genuine.headers, [name]: undefined } })).toThrow(Refused);
  });
});
