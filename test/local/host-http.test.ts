import { request as rawRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { useFixtureHost } from './fixture-host.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const { urlOf, call, log } = useFixtureHost({ GREETING: 'from the environment' });

type Echo = {
  function: string;
  method: string;
  url: string;
  params: Record<string, string>;
  query: Record<string, string>;
  values: string[];
  header: string | null;
  body: string;
};

async function echo(path: string, init?: RequestInit): Promise<Echo> {
  const response = await call(path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Echo;
}

describe('a request', () => {
  it('reaches a function without a route by its name', async () => {
    expect(await echo('/api/byName')).toMatchObject({ function: 'byName', method: 'GET' });
  });

  it('reaches the function for its method if several share a route', async () => {
    expect((await echo('/api/things/1')).function).toBe('getThing');
    expect((await echo('/api/things/1', { method: 'PUT' })).function).toBe('putThing');
  });

  it('reaches the more literal route', async () => {
    expect((await echo('/api/things/special')).function).toBe('specialThing');
  });

  it('carries route parameters, even with an encoded slash', async () => {
    const { params, url } = await echo('/api/things/QF5H%2FMK%2B%3D%3D');
    expect(params).toEqual({ id: 'QF5H/MK+==' });
    expect(url).toBe(urlOf('/api/things/QF5H%2FMK%2B%3D%3D'));
  });

  it('carries optional, constrained and remaining parameters', async () => {
    expect((await echo('/api/optional')).params).toEqual({});
    expect((await echo('/api/optional/x')).params).toEqual({ id: 'x' });
    expect((await echo('/api/numbered/12')).params).toEqual({ id: '12' });
    expect((await echo('/api/rest/a/b')).params).toEqual({ rest: 'a/b' });
  });

  it('carries repeated query keys joined with a comma, and empty values', async () => {
    const { query, values } = await echo('/api/byName?value=x&value=y+z&empty=');
    expect(query).toEqual({ value: 'x,y z', empty: '' });
    expect(values).toEqual(['x,y z']);
  });

  it('carries headers', async () => {
    expect((await echo('/api/byName', { headers: { 'X-Fixture': 'seen' } })).header).toBe('seen');
  });

  it('carries a JSON body and plain bytes', async () => {
    const json = await echo('/api/byName', { method: 'POST', body: JSON.stringify({ joe: 'Wööd' }) });
    expect(JSON.parse(Buffer.from(json.body, 'base64').toString())).toEqual({ joe: 'Wööd' });
    const bytes = await echo('/api/byName', { method: 'POST', body: new Uint8Array([0, 254, 255]) });
    expect([...Buffer.from(bytes.body, 'base64')]).toEqual([0, 254, 255]);
  });

  it('carries a body of several megabytes', async () => {
    const { body } = await echo('/api/byName', { method: 'POST', body: new Uint8Array(5_000_000) });
    expect(Buffer.from(body, 'base64')).toHaveLength(5_000_000);
  });

  it('loses a body without Content-Length, as in the cloud, with a warning in the log', async () => {
    const body = new Blob(['lost']).stream();
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect((await echo('/api/byName', init)).body).toBe('');
    expect(log()).toContain('byName: the body has no Content-Length and is dropped');
  });

  it('is refused with 413 if its body is larger than 100 MB', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'Content-Length': 100 * 1024 * 1024 + 1 };
      const sent = rawRequest(urlOf('/api/byName'), { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.once('error', reject).flushHeaders();
    });
    expect(status).toBe(413);
  });

  it.each([
    ['an unknown route', 'GET', '/api/unknown'],
    ['a method without a function', 'DELETE', '/api/things/1'],
    ['a path outside the prefix', 'GET', '/byName'],
    ['a parameter that violates its constraint', 'GET', '/api/numbered/twelve'],
  ])('is answered with 404 for %s', async (_, method, path) => {
    expect((await call(path, { method })).status).toBe(404);
  });

  it('needs no key unless keys are enforced', async () => {
    expect((await call('/api/topSecret')).status).toBe(200);
  });
});

describe('a response', () => {
  it('has the status, the headers, the cookies and the body of the handler', async () => {
    const response = await call('/api/cookies');
    expect(response.status).toBe(201);
    expect(response.headers.get('x-answer')).toBe('42');
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect(response.headers.getSetCookie()).toEqual([
      'plain=a%20b; path=/',
      'full=1; max-age=60; path=/x; secure; samesite=none; httponly',
    ]);
    expect(await response.text()).toBe('with cookies');
  });

  it('has the bytes of the handler, without a content type', async () => {
    const response = await call('/api/bytes');
    expect([...(await response.bytes())]).toEqual([0, 1, 254, 255]);
    expect(response.headers.has('content-type')).toBe(false);
  });

  it('has the stream or the native response of the handler', async () => {
    expect(await (await call('/api/streamed')).text()).toBe('first second');
    const native = await call('/api/native');
    expect([native.status, await native.text()]).toEqual([202, 'native']);
  });

  it('is 204 if the handler returns nothing', async () => {
    expect((await call('/api/nothing')).status).toBe(204);
  });

  it.each([
    ['throws', 'thrown on purpose'],
    ['text', 'The HTTP response must be an object'],
  ])('is an empty 500 if the handler fails (%s), with the reason in the log', async (name, reason) => {
    const response = await call(`/api/${name}`);
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(log()).toMatch(new RegExp(`error: ${name} failed: .*${reason}`));
  });
});

describe('hooks', () => {
  it('run around the handler, in order, and share their data', async () => {
    await call('/api/order');
    await call('/api/hooked');
    expect(await (await call('/api/order')).json()).toEqual(['before', 'handler', 'after']);
  });

  it('can turn a failure into a result', async () => {
    expect((await call('/api/forgiven')).status).toBe(299);
  });
});

describe('the log', () => {
  it('has one line for each invocation, and the entries of the function with their levels', async () => {
    await call('/api/warns');
    expect(log()).toMatch(/\] warning: warns: careful\n/);
    expect(log()).toMatch(/\] warns 200, \d+ ms\n/);
  });

  it('shows entries as log hooks changed them, and continues if a hook throws', async () => {
    expect((await call('/api/tells')).status).toBe(200);
    expect(log()).toContain('error: tells: it is ***\n');
  });
});

describe('the environment of the app', () => {
  it('has the settings of the file unless the environment overrides them, and the app folder as working directory', async () => {
    expect(await (await call('/api/greeting')).json()).toEqual({
      greeting: 'from the environment',
      folder: join(import.meta.dirname, 'fixture-app'),
    });
  });
});
