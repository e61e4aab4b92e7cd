import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { contact, group, remove, update, user } from '../shared/directory/fixtures.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;

/** The errors of `tenant`, by who has them, in the order in which they began. */
const all = ['joe2', 'ann', 'salesEurope', 'zoe', 'evil'];

beforeAll(async () => {
  service = await startService();
  tenant = await registerTenant(service);
  const joe = 'SMTP:joe@contoso.com';
  const sales = 'smtp:sales@contoso.com';
  const waiting = [
    user('joe2', { displayName: 'Joe Other', userPrincipalName: 'Joe@Contoso.com' }),
    user('ann', { displayName: 'ann Lee', proxyAddresses: [joe, 'smtp:hidden.address@fabrikam.com'] }),
    { ...group('salesEurope', 'smtp:Sales@contoso.com'), displayName: 'Sales, "Europe"' },
    { ...contact('zoe', sales), displayName: 'Zoë Ärlig' },
    { ...group('evil', sales), displayName: '=HYPERLINK("http://evil.example","click")' },
  ];
  await tenant.export([
    user('joe', { displayName: 'Joe Wood', proxyAddresses: [joe] }),
    group('sales', sales),
    group('quiet'),
  ]);
  // One export each, so that each error has a time of its own.
  for (const operation of waiting) {
    await tenant.export([operation]);
    await delay(2);
  }
});
afterAll(() => service.stop());

type Listed = { readonly object: { readonly sourceAnchor: string } };

function anchorsOf({ body }: Answer): string[] {
  return (body.value as Listed[]).map(({ object }) => object.sourceAnchor);
}

const ask = (query: string): Promise<Answer> => tenant.get(`/provisioningErrors?${query}`);

/** Follows the links from page to page. */
async function askAll(query: string): Promise<string[][]> {
  const pages: string[][] = [];
  let url: string | undefined = `${tenant.url}/provisioningErrors?${query}`;
  while (url) {
    const answer: Answer = await send(url);
    expect(answer.status).toBe(200);
    pages.push(anchorsOf(answer));
    url = answer.body.nextLink as string | undefined;
  }
  return pages;
}

describe('GET /api/tenants/{tenantId}/provisioningErrors', () => {
  it('gives all errors, each with its object and the holder of the value', async () => {
    const { status, body } = await tenant.get('/provisioningErrors');
    expect(status).toBe(200);
    expect(body.nextLink).toBeUndefined();
    expect(anchorsOf({ body } as Answer).sort()).toEqual([...all].sort());
    expect(body.value[4]).toMatchObject({
      errorCategory: 'PropertyConflict',
      propertyName: 'UserPrincipalName',
      propertyValue: 'Joe@Contoso.com',
      object: { sourceAnchor: 'joe2', objectType: 'User', displayName: 'Joe Other' },
      heldBy: { sourceAnchor: 'joe', displayName: 'Joe Wood', attribute: 'userPrincipalName' },
    });
  });

  it.each([
    ['errorCategory=PropertyConflict', all],
    ['ErrorCategory=propertyconflict', all],
    ['propertyName=UserPrincipalName', ['joe2']],
    ['propertyname=proxyaddresses', ['ann', 'salesEurope', 'zoe', 'evil']],
    ['propertyName=UserPrincipalName&propertyValue=joe@contoso.com', ['joe2']],
    ['propertyName=ProxyAddresses&propertyValue=joe@contoso.com', ['ann']],
    ['propertyName=ProxyAddresses&propertyValue=SMTP:JOE@CONTOSO.COM', ['ann']],
    ['propertyName=ProxyAddresses&propertyValue=sales@contoso.com', ['salesEurope', 'zoe', 'evil']],
    ['propertyName=ProxyAddresses&propertyValue=sales@contoso', []],
    ['propertyName=ProxyAddresses&propertyValue=X500:sales@contoso.com', []],
    ['searchString=OTHER', ['joe2']],
    ['searchString=joe', ['joe2', 'ann']],
    ['searchString=hidden.address', ['ann']],
    ['searchString=onmicrosoft', ['joe2']],
    ['searchString=Zo%C3%8B', ['zoe']],
    ['searchString=quiet', []],
    ['propertyName=ProxyAddresses&searchString=joe', ['ann']],
    ['propertyName=ProxyAddresses&propertyValue=sales@contoso.com&searchString=europe', ['salesEurope']],
    [
      'errorCategory=PropertyConflict&propertyName=UserPrincipalName&propertyValue=joe@contoso.com&searchString=lee',
      [],
    ],
  ])('finds by %s', async (query, expected) => {
    const answer = await ask(query);
    expect(answer.status).toBe(200);
    expect(anchorsOf(answer).sort()).toEqual([...expected].sort());
  });

  it.each([
    ['sortField=displayName', ['evil', 'ann', 'joe2', 'salesEurope', 'zoe']],
    ['sortField=DISPLAYNAME&sortDirection=DESCENDING', ['zoe', 'salesEurope', 'joe2', 'ann', 'evil']],
    ['sortField=whenStarted', all],
    ['sortField=whenStarted&sortDirection=ascending', all],
    ['sortField=whenStarted&sortDirection=descending', [...all].reverse()],
    ['sortField=whenStarted&searchString=joe&sortDirection=descending', ['ann', 'joe2']],
  ])('sorts by %s', async (query, expected) => {
    expect(anchorsOf(await ask(query))).toEqual(expected);
    expect((await askAll(`${query}&pageSize=2`)).flat()).toEqual(expected);
  });

  it('sorts users by their name in force, and those who have none before them', async () => {
    const anchors = anchorsOf(await ask('sortField=userPrincipalName'));
    expect(anchors.slice(3)).toEqual(['ann', 'joe2']);
    expect(anchors.slice(0, 3).sort()).toEqual(['evil', 'salesEurope', 'zoe']);
  });

  it.each(['pageSize=2', 'pageSize=2&searchString=o', 'pageSize=2&sortField=displayName'])(
    'gives each error once in pages of two: %s',
    async (query) => {
      const pages = await askAll(query);
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
      expect(pages.flat().sort()).toEqual([...all].sort());
    },
  );

  it.each(['pageSize=5', 'pageSize=5&searchString=o', 'pageSize=5&sortField=displayName'])(
    'has no link if the page is just full: %s',
    async (query) => expect((await askAll(query)).map(({ length }) => length)).toEqual([5]),
  );

  it.each([
    ['maxResults=3&pageSize=2', [2, 1]],
    ['maxResults=4&pageSize=2', [2, 2]],
    ['maxResults=1', [1]],
    ['maxResults=100&pageSize=3', [3, 2]],
    ['maxResults=3&pageSize=2&sortField=displayName', [2, 1]],
    ['maxResults=2&pageSize=1&searchString=sales', [1, 1]],
  ])('counts maxResults over the pages: %s', async (query, lengths) => {
    expect((await askAll(query)).map(({ length }) => length)).toEqual(lengths);
  });

  it.each([
    ['propertyValue=joe@contoso.com', 'it needs propertyName, "UserPrincipalName" or "ProxyAddresses"'],
    ['propertyName=mail', 'expected one of "UserPrincipalName"|"ProxyAddresses"'],
    ['propertyName=', 'expected one of "UserPrincipalName"|"ProxyAddresses"'],
    ['errorCategory=Other', 'expected "PropertyConflict"'],
    ['sortField=objectId', 'expected one of "displayName"|"userPrincipalName"|"whenStarted"'],
    ['sortDirection=up', 'expected one of "ascending"|"descending"'],
    ['format=xml', 'expected one of "json"|"csv"'],
    ['maxResults=0', '>=1'],
    ['maxResults=many', 'expected number'],
    ['pageSize=1001', '<=1000'],
    ['searchString=', '>=1 character'],
    ['searchString=a&SearchString=b', 'twice'],
    [
      'filter=x',
      'the parameters are errorCategory, propertyName, propertyValue, searchString, sortField, sortDirection',
    ],
  ])('refuses %s with 400, and lists the allowed values', async (query, detail) => {
    const { status, headers, body } = await ask(query);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.detail).toContain(detail);
  });

  it('answers 404 for an unknown tenant', async () => {
    const { status, body } = await send(`${service.url}/api/tenants/nobody/provisioningErrors`);
    expect(status).toBe(404);
    expect(body.type).toContain('TenantNotFound');
  });

  it('leaves a function key out of the link to the next page', async () => {
    const { body } = await ask('pageSize=2&code=secret');
    expect(body.nextLink).not.toContain('secret');
  });
});

describe('the token of a page', () => {
  const linkOf = async (query: string): Promise<URL> => new URL((await ask(query)).body.nextLink as string);

  it('is refused if it was changed', async () => {
    const link = await linkOf('pageSize=2');
    const token = link.searchParams.get('skipToken') ?? '';
    const bytes = Buffer.from(token, 'base64url');
    const withBitFlipped = (at: number): string =>
      Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))).toString('base64url');
    const forgeries = [
      // In the nonce, in the sealed text, and in the tag.
      ...[0, 12, bytes.length - 17, bytes.length - 16, bytes.length - 1].map(withBitFlipped),
      token.slice(0, -1),
      Buffer.from(JSON.stringify({ after: { rowKey: 'error|' }, seen: 0 })).toString('base64url'),
      Buffer.from('error|').toString('base64url'),
      '',
      'x',
    ];
    for (const forgery of forgeries) {
      link.searchParams.set('skipToken', forgery);
      const { status, body } = await send(link.href);
      expect.soft(status, forgery).toBe(400);
      expect.soft(body.detail).toContain('Follow the link');
    }
  });

  it.each([
    ['another filter', 'propertyName', 'ProxyAddresses'],
    ['another order', 'sortField', 'displayName'],
    ['another limit', 'maxResults', '5'],
    ['another size of page', 'pageSize', '3'],
  ])('is refused with %s', async (_, name, value) => {
    const link = await linkOf('pageSize=2&maxResults=4');
    link.searchParams.set(name, value);
    expect((await send(link.href)).status).toBe(400);
  });

  it('is accepted where the same query is written otherwise', async () => {
    const link = await linkOf('pageSize=2&propertyName=ProxyAddresses');
    link.searchParams.delete('propertyName');
    link.searchParams.set('PROPERTYNAME', 'proxyaddresses');
    expect((await send(link.href)).status).toBe(200);
  });

  it('is refused for another tenant', async () => {
    const other = await registerTenant(service);
    const link = await linkOf('pageSize=2');
    const { status } = await send(link.href.replace(tenant.tenantId, other.tenantId));
    expect(status).toBe(400);
  });

  it('is refused if it is the token of a link to the report', async () => {
    const { body } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
    const link = await linkOf('pageSize=2');
    link.searchParams.set('skipToken', new URL(body.url as string).searchParams.get('token') ?? '');
    expect((await send(link.href)).status).toBe(400);
  });
});

describe('pages while exports go on', () => {
  it.each(['', 'sortField=whenStarted&sortDirection=descending', 'sortField=displayName', 'searchString=waiting'])(
    'neither repeat nor leave out an error that is present throughout: %s',
    async (query) => {
      const busy = await registerTenant(service);
      const numbers = Array.from({ length: 30 }, (_, number) => number);
      const address = (number: number): string => `smtp:a${String(number).padStart(2, '0')}@contoso.com`;
      const waiter = (name: string, number: number) => ({
        ...group(`${name}${number}`, address(number)),
        displayName: `Waiting ${number % 7} ${name}`,
      });
      await busy.export(numbers.map((number) => group(`holder${number}`, address(number))));
      await busy.export(numbers.map((number) => waiter('stays', number)));
      await busy.export(numbers.map((number) => waiter('goes', number)));

      const seen: string[] = [];
      let url: string | undefined = `${busy.url}/provisioningErrors?pageSize=7&${query}`;
      for (let page = 0; url; page++) {
        const answer: Answer = await send(url);
        seen.push(...anchorsOf(answer));
        url = answer.body.nextLink as string | undefined;
        // Between any two pages some errors end, others begin, before and after the place that was reached.
        const ending = numbers.filter((number) => number % 5 === page % 5);
        await busy.export([
          ...ending.slice(0, 3).map((number) => remove(`goes${number}`)),
          ...ending.slice(3).map((number) => update(`goes${number}`, { proxyAddresses: [] })),
          ...ending.map((number) => waiter(`new${page}x`, number)),
        ]);
      }
      const staying = seen.filter((anchor) => anchor.startsWith('stays'));
      expect(staying.sort()).toEqual(numbers.map((number) => `stays${number}`).sort());
      expect(new Set(seen).size).toBe(seen.length);
    },
  );
});

describe('CSV of the errors', () => {
  async function askCsv(query: string, accept?: string): Promise<{ response: Response; text: string }> {
    const response = await fetch(`${tenant.url}/provisioningErrors?${query}`, accept ? { headers: { accept } } : {});
    return { response, text: Buffer.from(await response.arrayBuffer()).toString('utf8') };
  }

  it('has all errors after a byte order mark and a header, whatever the size of a page', async () => {
    const { response, text } = await askCsv('pageSize=1', 'text/csv');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('content-disposition')).toContain(`provisioning-errors-${tenant.tenantId}.csv`);
    expect(text.startsWith('\uFEFFerrorCategory,propertyName,propertyValue,whenStarted,displayName')).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(1 + all.length);
  });

  it('makes formulas harmless, and quotes what needs it', async () => {
    const { text } = await askCsv('format=csv');
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""click"")"`);
    expect(text).toContain('"Sales, ""Europe"""');
    expect(text).toContain('Zoë Ärlig');
  });

  it('takes the same filters, order and limit', async () => {
    const { text } = await askCsv(
      'format=CSV&propertyName=ProxyAddresses&sortField=displayName&sortDirection=descending&maxResults=2',
    );
    const names = text.trimEnd().split('\r\n').slice(1);
    expect(names).toHaveLength(2);
    expect(names[0]).toContain('Zoë Ärlig');
    expect(names[1]).toContain('Sales, ""Europe""');
  });

  it('is a header alone if there is no error', async () => {
    const { response, text } = await askCsv('format=csv&searchString=nobody');
    expect(response.status).toBe(200);
    expect(text.trimEnd().split('\r\n')).toHaveLength(1);
  });

  it.each([
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; charset=utf-8', 'text/csv'],
    ['text/csv, application/json;q=0.5', 'text/csv'],
    ['text/csv, */*;q=0.1', 'text/csv'],
    ['application/json', 'application/json'],
    ['application/json, text/csv;q=0.9', 'application/json'],
    ['text/csv;q=0', 'application/json'],
    ['text/html,*/*;q=0.8', 'application/json'],
  ])('is what is sent for Accept: %s if it is %s', async (accept, type) => {
    const { response } = await askCsv('', accept);
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
  });

  it('is not what is sent where format says JSON', async () => {
    const { response } = await askCsv('format=json', 'text/csv');
    expect(response.headers.get('content-type')).toContain('json');
  });

  it('has the same refusals, and no pages', async () => {
    expect((await askCsv('propertyName=mail', 'text/csv')).response.status).toBe(400);
    const { response, text } = await askCsv('format=csv&skipToken=x');
    expect(response.status).toBe(400);
    expect(text).toContain('no pages');
  });
});

describe('CSV while the storage stops', () => {
  it('is refused with 503 before its first rows and after them: no client gets a part of the file for the whole', async () => {
    const proxy = await startFaultyProxy();
    const host = await startService({ AzureWebJobsStorage: proxy.connectionString });
    try {
      const large = await registerTenant(host);
      await large.export([group('holder', 'smtp:x@contoso.com')]);
      await large.export(Array.from({ length: 1_001 }, (_, number) => group(`w${number}`, 'smtp:x@contoso.com')));
      proxy.failWhere(() => 'pass');
      const whole = await large.get('/provisioningErrors?format=csv');
      expect((whole.body as string).trimEnd().split('\r\n')).toHaveLength(1_002);
      // The tenant, two pages of errors, and for each the value and its holder.
      expect(proxy.seen()).toBe(7);

      proxy.failWhere((number) => (number > 1 ? 'cut' : 'pass'));
      const early = await large.get('/provisioningErrors?format=csv');
      expect(early.status).toBe(503);
      expect(early.headers.get('retry-after')).toBe('5');
      proxy.failWhere((number) => (number > 4 ? 'cut' : 'pass'));
      const late = await large.get('/provisioningErrors?format=csv');
      expect(late.status).toBe(503);
      expect(late.headers.get('retry-after')).toBe('5');
    } finally {
      await host.stop();
      await proxy.stop();
    }
  });
});
