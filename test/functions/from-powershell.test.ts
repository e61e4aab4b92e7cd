import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../local/project-root.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { contact, group, user } from '../shared/directory/fixtures.ts';
import { registerTenant, startService } from '../support/service.ts';

const text = readFileSync(join(projectRoot, 'docs', 'from-powershell.md'), 'utf8');
const blocks = [...text.matchAll(/```(sh|powershell)\n([\s\S]*?)```/g)].map(([, language, code = '']) => ({
  language,
  code,
}));
const curls = blocks.flatMap(({ code }) => code.split('\n').filter((line) => line.startsWith('curl ')));

let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;

beforeAll(async () => {
  service = await startService();
  tenant = await registerTenant(service);
  await tenant.export([user('first', { userPrincipalName: 'user@contoso.com' }), group('g', 'smtp:sales@contoso.com')]);
  await tenant.export([
    user('second', { userPrincipalName: 'USER@contoso.com', displayName: 'Second' }),
    user('third', { displayName: 'Third', proxyAddresses: ['smtp:sales@contoso.com'] }),
    ...['a', 'b', 'c'].map((name) => group(name, 'smtp:sales@contoso.com')),
    contact('d', 'smtp:sales@contoso.com'),
  ]);
});
afterAll(() => service.stop());

type Sent = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
};

/** Reads a curl command as a shell and curl do, as far as this document goes. */
function parseCurl(line: string): Sent {
  const variables: Readonly<Record<string, string>> = { SERVICE: service.url, TENANT: tenant.tenantId, KEY: 'key' };
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].slice(1).map(([, double, single, bare]) => {
    return single ?? (double ?? bare ?? '').replaceAll(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? '');
  });
  const headers = new Headers();
  let [method, url, body] = ['GET', undefined as URL | undefined, undefined as string | undefined];
  const data: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--get') continue;
    if (!word.startsWith('-')) url = new URL(word);
    else if (word === '-X') method = words.shift() ?? '';
    else if (word === '-d') body = words.shift();
    else if (word === '-o') words.shift();
    else if (word === '--data-urlencode') data.push(words.shift() ?? '');
    else if (word === '-H') headers.append(...((words.shift() ?? '').split(': ') as [string, string]));
    else throw new Error(`Cannot read the option ${word} of: ${line}`);
  }
  if (!url) throw new Error(`There is no address in: ${line}`);
  for (const entry of data)
    url.searchParams.append(entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1));
  return { url, method, headers, body };
}

async function run(line: string): Promise<{ status: number; type: string; text: string; json: () => never }> {
  const { url, method, headers, body } = parseCurl(line);
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const answer = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: answer,
    json: () => JSON.parse(answer) as never,
  };
}

/** Returns the curl commands of a section, by its heading. */
function curlsUnder(heading: string): string[] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section.split('\n').filter((line) => line.startsWith('curl '));
}

type Listed = { readonly value: readonly { readonly object: { readonly sourceAnchor: string } }[] };

const errorsUnder: readonly [heading: string, found: readonly (readonly string[])[]][] = [
  ['See all', [['second', 'third', 'a', 'b', 'c', 'd']]],
  ['By property type', [['second'], ['third', 'a', 'b', 'c', 'd']]],
  ['By conflicting value', [['second']]],
  ['By a search string', [['second']]],
  ['Sorted', [['third', 'second', 'c', 'b', 'a', 'd']]],
];

describe('docs/from-powershell.md', () => {
  it('has commands that all answer', async () => {
    expect(curls.length).toBeGreaterThan(14);
    for (const line of curls) {
      const { status } = await run(line);
      expect.soft(status, line).toBe(line.includes('false') ? 409 : 200);
    }
  });

  it.each(errorsUnder)('finds what the cmdlet found: %s', async (heading, found) => {
    const lines = curlsUnder(heading);
    expect(lines).toHaveLength(found.length);
    for (const [index, line] of lines.entries()) {
      const { value } = (await run(line)).json() as Listed;
      const anchors = value.map(({ object }) => object.sourceAnchor);
      if (heading === 'Sorted') expect(anchors).toEqual(found[index]);
      else expect(anchors.sort()).toEqual([...(found[index] ?? [])].sort());
    }
  });

  it('limits the number of results', async () => {
    const [line = ''] = curlsUnder('In a limited quantity');
    const body = (await run(line)).json() as Listed & { nextLink?: string };
    expect(body.value).toHaveLength(5);
    expect(body.nextLink).toBeUndefined();
  });

  it('gives all, as CSV and in pages', async () => {
    const [csv = '', pages = ''] = curlsUnder('All');
    const answer = await run(csv);
    expect(answer.type).toContain('text/csv');
    expect(answer.text.trimEnd().split('\r\n')).toHaveLength(7);
    expect(((await run(pages)).json() as Listed).value).toHaveLength(6);
  });

  it('refuses to switch a feature off', async () => {
    const [line = ''] = curlsUnder('Switch a feature off');
    const answer = await run(line);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('it is always on');
  });

  it('finds objects in the shape of Microsoft Graph', async () => {
    const [users = '', groups = ''] = curlsUnder('Microsoft Graph');
    const found = (await run(users)).json() as { value: { displayName: string }[] };
    expect(found.value.map(({ displayName }) => displayName)).toEqual(['Second', 'Third']);
    expect((await run(groups)).json()).toMatchObject({ '@odata.count': 3 });
  });

  it('asks the same with Invoke-RestMethod as with curl', () => {
    const requests = blocks
      .filter(({ language, code }) =>
        language === 'sh' ? code.startsWith('curl ') : code.includes('Invoke-RestMethod'),
      )
      .map(({ language, code }) => ({ language, code }));
    expect(requests).toHaveLength(2 * curls.length);
    for (let index = 0; index < requests.length; index += 2) {
      const [curl, powershell] = [requests[index]?.code ?? '', requests[index + 1]?.code ?? ''];
      expect(requests[index + 1]?.language).toBe('powershell');
      const urlOf = (code: string): string | undefined => /\$service(\/[^"]*)"/i.exec(code)?.[1]?.toLowerCase();
      expect.soft(urlOf(powershell)).toBe(urlOf(curl));
      expect.soft(powershell.includes('-Method Put')).toBe(curl.includes('-X PUT'));
      const bodyOf = (code: string): string | undefined => /'(\{.*\})'/.exec(code)?.[1];
      expect.soft(bodyOf(powershell)).toBe(bodyOf(curl));
      for (const [, entry = ''] of curl.matchAll(/--data-urlencode "\w+=([^"]*)"/g))
        expect.soft(powershell).toContain(entry);
    }
  });
});
