import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { group } from '../shared/directory/fixtures.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
let one: Awaited<ReturnType<typeof registerTenant>>;
let other: typeof one;

beforeAll(async () => {
  service = await startService();
  [one, other] = [await registerTenant(service), await registerTenant(service)];
  for (const tenant of [one, other]) {
    await tenant.export([group('a', 'smtp:x@contoso.com', 'smtp:y@contoso.com')]);
    await tenant.export([group('b', 'smtp:x@contoso.com'), group('c', 'smtp:y@contoso.com')]);
    await tenant.export([group('f', 'none'), group('g', 'none')]);
  }
});
afterAll(() => service.stop());

const lists = ['objects', 'history', 'failures'] as const;

async function linkOf(path: string): Promise<URL> {
  const { body } = await send(path);
  return new URL(body.nextLink as string);
}

const tokenOf = (link: URL): string => link.searchParams.get('skipToken') ?? '';

async function expectRefused(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  expect(status).toBe(400);
  expect(body.type).toContain('InvalidParameter');
}

describe.each(lists)('the pages of %s', (list) => {
  it('lead to all entries, each once, also where the question has a key in it', async () => {
    const all = (await one.get(`/${list}`)).body.value as unknown[];
    const seen: unknown[] = [];
    let next: string | undefined = `${one.url}/${list}?pageSize=1&code=secret`;
    while (next !== undefined) {
      const { status, body }: Answer = await send(next);
      expect(status).toBe(200);
      expect(body.value).toHaveLength(1);
      seen.push(...(body.value as unknown[]));
      next = body.nextLink as string | undefined;
      if (next) expect(next).not.toContain('secret');
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual(all);
  });

  it('begin at no place but one that this list told of', async () => {
    const link = await linkOf(`${one.url}/${list}?pageSize=1`);
    const token = tokenOf(link);
    const [head, claims, signature] = token.split('.') as [string, string, string];
    const made = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), position: {} }),
    );
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const forgery of [
      '',
      'x',
      Buffer.from('object|a').toString('base64url'),
      `${head}.${made.toString('base64url')}.${signature}`,
      `${unsigned}.${claims}.`,
      `${head}.${claims}.${signature.slice(1)}`,
    ]) {
      await expectRefused(one.get(`/${list}?pageSize=1&skipToken=${forgery}`));
    }
    // Of another tenant, another list, another question.
    await expectRefused(other.get(`/${list}?pageSize=1&skipToken=${token}`));
    for (const another of lists.filter((name) => name !== list)) {
      await expectRefused(one.get(`/${another}?pageSize=1&skipToken=${token}`));
    }
    await expectRefused(one.get(`/${list}?pageSize=2&skipToken=${token}`));
  });
});

describe('the pages of the tenants', () => {
  it('lead on, and begin at no place but one that the list told of', async () => {
    const link = await linkOf(`${service.url}/api/tenants?pageSize=1`);
    expect((await send(link.href)).status).toBe(200);
    await expectRefused(
      send(`${service.url}/api/tenants?pageSize=1&skipToken=${Buffer.from('a').toString('base64url')}`),
    );
    const ofObjects = tokenOf(await linkOf(`${one.url}/objects?pageSize=1`));
    await expectRefused(send(`${service.url}/api/tenants?pageSize=1&skipToken=${ofObjects}`));
  });
});

describe('a link to the next page', () => {
  it('leads nowhere once its tenant is deleted and another is registered under its id', async () => {
    const tenant = await registerTenant(service);
    const people = [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com'), group('c')];
    await tenant.export(people);
    const link = await linkOf(`${tenant.url}/objects?pageSize=1`);
    expect((await send(`${tenant.url}?confirm=${tenant.tenantId}`, { method: 'DELETE' })).status).toBe(200);
    await tenant.put({ initialDomain: 'contoso.onmicrosoft.com', recipients: [] });
    await tenant.export(people);
    await expectRefused(send(link.href));
  });
});

describe('the pages of the report', () => {
  it.each([
    ['error|x/y', 0],
    ['error|\u0000', 0],
    [`error|${'x'.repeat(507)}`, 0],
    ['object|a', 0],
    ['error|x', -1],
    ['error|x', 0.5],
  ])('begin at no key that cannot be one: %j, after %d', async (rowKey, offset) => {
    const { url } = (await send(`${one.url}/reportLink`, { method: 'POST' })).body as { url: string };
    const { pathname, search } = new URL(url);
    const after = Buffer.from(JSON.stringify([rowKey, offset, null])).toString('base64url');
    expect((await send(`${service.url}${pathname}${search}&after=${after}`)).status).toBe(400);
  });
});
