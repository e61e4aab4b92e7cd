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
  it('lead to all entries, each once, also if the question has a key in it', async () => {
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
    const changed = (at: number): string => {
      const bytes = Buffer.from(token, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes.toString('base64url');
    };
    const { length } = Buffer.from(token, 'base64url');
    for (const forgery of [
      '',
      'x',
      Buffer.from('object|a').toString('base64url'),
      Buffer.from(JSON.stringify({ after: 'object|a' })).toString('base64url'),
      ...[0, 12, 20, length - 16, length - 1].map(changed),
      token.slice(0, -4),
      token.slice(4),
      `${token}=`,
      `${token}AAAA`,
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

/** Whether a text is in another, as it is or in base64, wherever in it that begins. */
function isReadableIn(text: string, sought: string): boolean {
  const bytes = Buffer.from(text, 'base64url').toString('latin1');
  return text.includes(sought) || bytes.includes(sought);
}

describe('a token of a page', () => {
  it.each(['/objects', '/history', '/failures', '/provisioningErrors', '/provisioningErrors?sortField=displayName'])(
    'of %s has nothing in it that can be read, and is another each time',
    async (list) => {
      const url = `${one.url}${list}${list.includes('?') ? '&' : '?'}pageSize=1`;
      // Of the first page of errors there is a second one.
      const [token, again] = [tokenOf(await linkOf(url)), tokenOf(await linkOf(url))];
      for (const text of ['contoso', 'after', 'rowKey', 'error|', one.tenantId]) {
        expect.soft(isReadableIn(token, text), text).toBe(false);
      }
      expect(again).not.toBe(token);
      expect((await send(`${url}&skipToken=${token}`)).status).toBe(200);
    },
  );

  it('of the report has nothing in it that can be read either', async () => {
    const { url } = (await send(`${one.url}/reportLink`, { method: 'POST' })).body as { url: string };
    const report = `${service.url}/api/report${new URL(url).search}`;
    await one.export(Array.from({ length: 12 }, (_, number) => group(`w${number}`, 'smtp:x@contoso.com')));
    await one.export(Array.from({ length: 30 }, (_, number) => group(`f${number}`, 'none')));
    for (const view of ['&pageSize=10', '&view=failures']) {
      const { body } = await send(report + view);
      const [, after = ''] = /[?&;]after=([\w-]+)/.exec(body as string) ?? [];
      expect(after.length).toBeGreaterThan(40);
      for (const text of ['contoso', 'error|', 'failure|']) expect(isReadableIn(after, text)).toBe(false);
      expect((await send(`${report}${view}&after=${after}`)).status).toBe(200);
      // It is of this view and of this tenant.
      const otherView = view === '&view=failures' ? '' : '&view=failures';
      expect((await send(`${report}${otherView}&after=${after}`)).status).toBe(400);
      const { url: foreign } = (await send(`${other.url}/reportLink`, { method: 'POST' })).body as { url: string };
      expect((await send(`${service.url}/api/report${new URL(foreign).search}${view}&after=${after}`)).status).toBe(
        400,
      );
    }
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
