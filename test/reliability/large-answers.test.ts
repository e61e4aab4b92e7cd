import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';
import { audit } from '../support/audit.ts';
import { soakMs } from '../support/soak.ts';
import { newTenant, partitionOf, servicesHere } from '../support/storage.ts';

/**
 * Questions of few bytes whose answers would have gigabytes: many objects of the largest size, and one object requested
 * many times. The host has a heap of a few times the size of what an answer may have.
 */
const heapMegabytes = 256;
const mostBytes = 20 * 1024 * 1024;
const [objects, contacts] = soakMs === undefined ? [136, 72] : [480, 240];
const inOneExport = 34;

let azurite: RunningAzurite;
let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;

const anchorOf = (number: number): string => `large${String(number).padStart(3, '0')}`;
const addressOf = (number: number): string => `smtp:wanted${number}@contoso.com`;
const numbers = Array.from({ length: objects }, (_, number) => number);

/** An object of nearly 512 KiB, which waits for an address. */
const large = (number: number) => ({
  operation: 'add',
  sourceAnchor: anchorOf(number),
  objectType: number < contacts ? 'Contact' : 'Group',
  displayName: `Large ${number}`,
  proxyAddresses: [addressOf(number)],
  attributes: { notes: 'x'.repeat(510 * 1024) },
});

/** An object with as many addresses as there may be, each as long as it may be. */
const wide = {
  operation: 'add',
  sourceAnchor: 'wide',
  objectType: 'Group',
  displayName: 'Wide',
  proxyAddresses: Array.from({ length: 400 }, (_, number) => `smtp:${number}`.padEnd(245, 'w') + '@contoso.com'),
};

beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  service = await startService({
    AzureWebJobsStorage: azurite.connectionString,
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
  });
  tenant = await registerTenant(service);
  const holder = { ...wide, sourceAnchor: 'holder', displayName: 'Holder', proxyAddresses: numbers.map(addressOf) };
  await tenant.export([holder, wide]);
  for (let start = 0; start < objects; start += inOneExport) {
    const operations = numbers.slice(start, start + inOneExport).map(large);
    const { body } = await tenant.export(operations);
    expect(body.summary).toMatchObject({ created: operations.length, quarantined: operations.length });
  }
}, 300_000);

afterAll(async () => {
  await service.stop();
  await azurite.stop();
});

async function readAllPages(path: string, key: string): Promise<{ anchors: string[]; pages: number; most: number }> {
  const anchors: string[] = [];
  let [pages, most] = [0, 0];
  for (let url: string | undefined = path; url !== undefined; pages++) {
    const { status, body }: Answer = await send(url);
    expect(status).toBe(200);
    most = Math.max(most, JSON.stringify(body).length);
    anchors.push(...(body.value as Record<string, string>[]).map((entry) => entry[key] as string));
    url = (body.nextLink ?? body['@odata.nextLink']) as string | undefined;
  }
  return { anchors, pages, most };
}

describe('objects of the largest size', () => {
  const all = numbers.map(anchorOf);
  const graph = (query: string): string => `${tenant.url.replace('/tenants/', '/v1.0/')}/contacts?$top=999${query}`;
  const withErrors = encodeURIComponent("onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict')");

  const lists: [string, () => string, string][] = [
    ['of a type', () => `${tenant.url}/objects?pageSize=1000&objectType=Contact`, 'sourceAnchor'],
    ["in Graph's shape, of those with errors", () => graph(`&$filter=${withErrors}`), 'onPremisesImmutableId'],
    [
      'of those with errors',
      () => `${tenant.url}/objects?pageSize=1000&hasErrors=true&objectType=Contact`,
      'sourceAnchor',
    ],
    ["in Graph's shape", () => graph(''), 'onPremisesImmutableId'],
  ];

  it.each(lists.slice(0, soakMs === undefined ? 2 : 4))(
    'come in pages that have room, each object once: %s',
    async (_, path, key) => {
      const { anchors, pages, most } = await readAllPages(path(), key);
      expect(anchors).toEqual(all.slice(0, contacts));
      expect(pages).toBeGreaterThan(2);
      expect(most).toBeLessThan(mostBytes);
    },
    120_000,
  );

  it('are refused to an export that names more of them than have room, before anything is written', async () => {
    const renames = numbers.map((number) => ({
      operation: 'update',
      sourceAnchor: anchorOf(number),
      displayName: 'Renamed',
    }));
    const { status, body } = await tenant.export(renames);
    expect([status, body.detail]).toEqual([413, expect.stringContaining('the objects that it names exceed 64 MiB')]);
    expect((await tenant.object(anchorOf(0))).body.displayName).toBe('Large 0');
  }, 120_000);

  it('are all given what they wait for by one sweep', async () => {
    await tenant.export([{ operation: 'delete', sourceAnchor: 'holder' }]);
    const { status, body } = await send(`${tenant.url}/sweep`, { method: 'POST' });
    expect(status).toBe(200);
    const released = (body.released as { sourceAnchor: string }[]).map(({ sourceAnchor }) => sourceAnchor);
    expect(released.sort()).toEqual(all);
  }, 120_000);
});

describe('an export whose answer would be many times as large as itself', () => {
  it('is refused before anything is written', async () => {
    const before = (await tenant.object('wide')).body;
    const rename = { operation: 'update', sourceAnchor: 'wide', displayName: 'Renamed' };
    const { status, body } = await tenant.export(Array.from({ length: 25_000 }, () => rename));
    expect([status, body.detail]).toEqual([413, expect.stringContaining('would exceed 128 MiB. Nothing was written')]);
    expect((await tenant.object('wide')).body).toEqual(before);
  }, 120_000);

  it('is answered whole if it just has room', async () => {
    const rename = { operation: 'update', sourceAnchor: 'wide', displayName: 'Renamed' };
    const { status, body } = await tenant.export(Array.from({ length: 1_000 }, () => rename));
    expect([status, body.summary]).toMatchObject([200, { updated: 1, unchanged: 999 }]);
    expect(body.results.at(-1).proxyAddresses).toHaveLength(400);
  }, 120_000);
});

describe('an object with more entries than any schema should look at', () => {
  const entries = (count: number, entry: (number: number) => string): string =>
    Array.from({ length: count }, (_, number) => entry(number)).join();

  it.each([
    ['999,000 attributes', `"attributes":{${entries(999_000, (n) => `"a${n}":""`)}}`, 'LargeObject'],
    [
      'a million attributes named by numbers',
      `"attributes":{${entries(1e6, (n) => `"${n * 2_000}":""`)}}`,
      'LargeObject',
    ],
    ['3,000,000 values of an attribute', `"attributes":{"a":[${entries(3e6, () => '"x"')}]}`, 'LargeObject'],
    ['a million addresses', `"proxyAddresses":[${entries(1e6, (n) => `"smtp:${n}@contoso.com"`)}]`, 'LargeObject'],
    ['a million unknown properties', entries(1e6, (n) => `"u${n}":0`), 'DataValidationFailed'],
    ['one property a million times', entries(1e6, () => '"displayName":"Many"'), undefined],
  ])(
    'fails alone: %s',
    async (_, properties, code) => {
      const many = `{"operation":"add","sourceAnchor":"many","objectType":"Group",${properties}}`;
      const good = '{"operation":"update","sourceAnchor":"wide","displayName":"Renamed"}';
      const { status, body } = await send(`${tenant.url}/exports`, {
        method: 'POST',
        body: Buffer.from(`{"operations":[${many},${good}]}`),
      });
      expect(status).toBe(200);
      const results = body.results as { outcome: string; errors: { code: string }[] }[];
      expect(results.map(({ errors }) => errors[0]?.code)).toEqual([code, undefined]);
    },
    120_000,
  );
});

describe('the tenant of large objects', () => {
  it('is in order afterwards', async () => {
    const services = servicesHere(azurite.connectionString);
    await audit(await partitionOf(services, newTenant({ tenantId: tenant.tenantId })));
  }, 120_000);
});
