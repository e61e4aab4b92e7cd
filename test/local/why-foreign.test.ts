import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyForeign } from '../../local/why-foreign.ts';
import { type RunningFunctionsHost, startFunctionsHost } from '../../local/functions-host.ts';
import { type RunningMailbox, startMailbox } from '../../local/mailbox.ts';
import { eventually, transcript } from './processes.ts';
import { isLoopback } from '../../shared/settings.ts';

describe('isLoopback()', () => {
  it.each(['localhost', 'LOCALHOST', 'localhost.', 'app.localhost', '127.0.0.1', '127.8.9.10', '[::1]'])(
    'is true for %s',
    (name) => expect(isLoopback(name)).toBe(true),
  );

  it.each([
    'evil.example.com',
    'localhost.evil.com',
    'notlocalhost',
    '127.0.0.1.evil.com',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '',
  ])('is false for %j', (name) => expect(isLoopback(name)).toBe(false));
});

describe('whyForeign()', () => {
  it('allows a request of a tool, which sends no Origin', () => {
    expect(whyForeign({ host: '127.0.0.1:7071' })).toBeUndefined();
    expect(whyForeign({})).toBeUndefined();
  });

  it('allows the known names, and no others', () => {
    expect(whyForeign({ host: 'sync.contoso.com' }, ['sync.contoso.com'])).toBeUndefined();
    expect(whyForeign({ host: 'sync.fabrikam.com' }, ['sync.contoso.com'])).toContain('sync.contoso.com.');
  });

  it.each(['http://evil.example.com', 'null', '', 'localhost', 'file:///etc/passwd', 'http://localhost@evil.com'])(
    'refuses the Origin %j',
    (origin) => expect(whyForeign({ host: 'localhost', origin })).toContain('the Origin header'),
  );
});

describe('a foreign page', () => {
  let host: RunningFunctionsHost;
  let mailbox: RunningMailbox;
  beforeAll(async () => {
    mailbox = await startMailbox({ port: 0 });
    host = await startFunctionsHost({
      port: 0,
      appRoot: join(import.meta.dirname, 'fixture-app'),
      environment: { GREETING: 'hello', REPORT_BASE_URL: 'https://tunnel.contoso.com' },
      output: 'pipe',
    });
  });
  afterAll(async () => {
    await host.stop();
    await mailbox.stop();
  });

  const statusOf = (url: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject).end();
    });

  const targets = (): [string, string][] => [
    [`${host.url}/api/byName`, 'GET'],
    [`${host.url}/admin/functions`, 'GET'],
    [`${mailbox.url}/api/messages`, 'GET'],
    [`${mailbox.url}/api/messages`, 'DELETE'],
    [`${mailbox.url}/`, 'GET'],
  ];

  it('is refused by the functions host and the mailbox, on every path', async () => {
    for (const [url, method] of targets()) {
      for (const headers of [{ host: 'evil.example.com' }, { origin: 'http://evil.example.com' }, { origin: 'null' }]) {
        expect.soft(await statusOf(url, headers, method), `${method} ${url} ${JSON.stringify(headers)}`).toBe(421);
      }
    }
  });

  it('is logged by the host without its query, which can have a token', async () => {
    const log = transcript(host.child);
    await statusOf(`${host.url}/api/byName?token=secret`, { host: 'x'.repeat(1_000) });
    await eventually('the warning', () => log.text().includes('GET /api/byName 421'));
    expect(log.text()).not.toContain('secret');
    expect(log.text()).not.toContain('x'.repeat(200));
  });

  it('differs from a page of this machine, or of the address in the settings', async () => {
    for (const [url, method] of targets()) {
      const { port } = new URL(url);
      for (const headers of [{ host: `localhost:${port}` }, { origin: `http://127.0.0.1:${port}` }, {}]) {
        expect.soft(await statusOf(url, headers, method), `${method} ${url}`).toBeLessThan(300);
      }
    }
    expect(await statusOf(`${host.url}/api/byName`, { host: 'tunnel.contoso.com' })).toBe(200);
    expect(await statusOf(`${mailbox.url}/`, { host: 'tunnel.contoso.com' })).toBe(421);
  });
});
