import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { registerTenant, send, startService } from '../support/service.ts';

/**
 * What no client sends that speaks HTTP, byte by byte.
 *
 * Deployed, the platform's front end reads requests before the service sees them, and bounds how long one may take; the
 * local host has the bounds of Node.js (a minute for the headers, five for all).
 */
let service: RunningFunctionsHost;
const open: Socket[] = [];

beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await service.stop();
});

function dial(): Socket {
  const socket = connect(service.port, '127.0.0.1');
  open.push(socket);
  return socket;
}

/** Sends bytes, and gives the status of the first answer; 0 if the connection ends without one. Rejects if nothing happens. */
function statusOf(bytes: string): Promise<number> {
  const socket = dial();
  return new Promise((resolve, reject) => {
    let text = '';
    const statusSoFar = (): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
    socket.setTimeout(10_000, () => reject(new Error(`Neither an answer nor an end, to ${JSON.stringify(bytes)}`)));
    socket.on('error', () => resolve(statusSoFar()));
    socket.on('close', () => resolve(statusSoFar()));
    socket.on('data', (part) => {
      text += part.toString('latin1');
      if (text.includes('\r\n\r\n')) resolve(statusSoFar());
    });
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}

const request = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const get = 'GET /api/health HTTP/1.1';
const post = 'POST /api/tenants/contoso/exports HTTP/1.1';
const host = 'Host: localhost';

describe('a connection that speaks no HTTP, or half of it', () => {
  it.each<[string, string]>([
    ['noise', '\u0000\u0001\u0002\u0003\r\n\r\n'],
    ['the start of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['a request line without a path', request('GET', host)],
    ['a version that there is not', request('GET /api/health HTTP/9.9', host)],
    ['a path with a control character', request('GET /api/he\u0001alth HTTP/1.1', host)],
    ['a header without a colon', request(get, host, 'nonsense')],
    ['a space before the colon', request(get, host, 'X-Name : value')],
    ['a NUL in a header', request(get, host, 'X-Name: a\u0000b')],
    ['a line of its own in a header', request(get, host, 'X-Name: a\rX-Other: b')],
    ['no host', request(get)],
    ['two lengths', request(post, host, 'Content-Length: 2', 'Content-Length: 20')],
    ['a length below nothing', request(post, host, 'Content-Length: -1')],
    ['a length that is none', request(post, host, 'Content-Length: 1e3')],
    ['a length and chunks', request(post, host, 'Content-Length: 2', 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['chunks that are no chunks', `${request(post, host, 'Transfer-Encoding: gzip, chunked')}zz\r\n`],
    ['headers of 100 KB', request(get, host, `X-Name: ${'x'.repeat(100_000)}`)],
    ['ten thousand headers', request(get, host, ...Array.from({ length: 10_000 }, (_, n) => `X-${n}: 1`))],
  ])('is refused or closed, and never left hanging: %s', async (_, bytes) => {
    const status = await statusOf(bytes);
    expect(status === 0 || (status >= 400 && status < 500), `answered with ${status}`).toBe(true);
    expect((await send(`${service.url}/api/openapi.json`)).status).toBe(200);
  });

  it.each<[string, string]>([
    [
      'a whole address in the request line',
      request('GET http://example.com/api/tenants HTTP/1.1', 'Host: example.com'),
    ],
    ['a host that is none', request(get, 'Host: a b')],
    ['an unknown method', request('PROPFIND /api/tenants HTTP/1.1', host)],
    ['a wish for another protocol', request(get, host, 'Connection: Upgrade', 'Upgrade: websocket')],
    ['a star for a path', request('OPTIONS * HTTP/1.1', host)],
    ['TRACE', request('TRACE /api/health HTTP/1.1', host, 'Authorization: Bearer x')],
  ])('is answered, and by no 500: %s', async (_, bytes) => {
    const status = await statusOf(bytes);
    expect(status >= 200 && status < 500, `answered with ${status}`).toBe(true);
  });
});

describe('clients that stop in the middle', () => {
  it('of their headers or bodies, a hundred at once, hold up no other request', async () => {
    const tenant = await registerTenant(service);
    const start = `POST /api/tenants/${tenant.tenantId}/exports HTTP/1.1\r\n${host}\r\n`;
    const halves = [start, `${start}Content-Length: 1000\r\n\r\n{"operations":[`];
    const stuck = Array.from({ length: 100 }, (_, n) => {
      const socket = dial();
      socket.on('error', () => undefined);
      socket.write(halves[n % 2] as string);
      return socket;
    });
    const { status } = await tenant.export([{ operation: 'delete', sourceAnchor: 'nobody' }]);
    expect(status).toBe(200);
    for (const socket of stuck) socket.destroy();
    expect((await tenant.get('')).status).toBe(200);
    expect((await tenant.get('/objects')).body.value).toEqual([]);
  });
});
