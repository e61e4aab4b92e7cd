/** The process of the functions host is killed at a request to the storage; then a new one gets the same request. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import type { Partition } from '../../shared/store/partition.ts';
import { audit, readAll } from '../support/audit.ts';
import { type KillingProxy, moments, startKillingProxy } from '../support/killing-proxy.ts';
import { type MortalHost, startMortalHost } from '../support/mortal-host.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { patienceMs, positions, seed } from '../support/soak.ts';
import { newTenant, partitionOf, servicesHere } from '../support/storage.ts';

type Operations = readonly Readonly<Record<string, unknown>>[];

const group = (sourceAnchor: string, ...proxyAddresses: string[]): Operations[number] => {
  return { operation: 'add', sourceAnchor, objectType: 'Group', displayName: sourceAnchor, proxyAddresses };
};
const user = (sourceAnchor: string, userPrincipalName: string): Operations[number] => {
  return { operation: 'add', sourceAnchor, objectType: 'User', userPrincipalName, exchangeLicensed: true };
};
const many = Array.from({ length: 40 }, (_, n) => `smtp:m${n}@contoso.com`);

const before: Operations = [
  group('giver', 'smtp:moved@contoso.com', 'smtp:kept@contoso.com'),
  group('taker'),
  group('gone', 'smtp:gone@contoso.com'),
  group('waiter', 'smtp:kept@contoso.com', 'smtp:gone@contoso.com'),
  user('joe', 'joe@contoso.com'),
  user('twin', 'joe@contoso.com'),
];
const changes: Operations = [
  group('taker', 'smtp:moved@contoso.com'),
  { operation: 'update', sourceAnchor: 'giver', proxyAddresses: ['smtp:kept@contoso.com'] },
  { operation: 'delete', sourceAnchor: 'gone' },
  { operation: 'delete', sourceAnchor: 'joe' },
  group('large', 'SMTP:large@contoso.com', 'smtp:kept@contoso.com', ...many),
];
const anchors = ['giver', 'taker', 'gone', 'waiter', 'joe', 'twin', 'large', 'wide'];

const held = Array.from({ length: 110 }, (_, n) => `smtp:h${n}@contoso.com`);
const beforeCut: Operations = [group('holder', ...held), group('wide', ...held)];
/** More than one transaction takes: the rows of 110 errors that show the name, and 40 addresses. */
const cut: Operations = [{ ...group('wide', ...held, ...many), displayName: 'Wide' }, ...changes];

let steady: RunningFunctionsHost;
let proxy: KillingProxy;
let mortal: MortalHost;
beforeAll(async () => {
  proxy = await startKillingProxy(inject('connectionString'));
  steady = await startService();
  mortal = await startMortalHost(() => ({ AzureWebJobsStorage: proxy.connectionString }));
}, 120_000);
afterAll(async () => {
  await Promise.all([steady.stop(), mortal.stop()]);
  await proxy.stop();
});

type Client = Awaited<ReturnType<typeof registerTenant>>;

const exported = ({ tenantId }: Client, url: string, operations: Operations) =>
  send(`${url}/api/tenants/${tenantId}/exports`, { method: 'POST', body: { operations } });
const swept = ({ tenantId }: Client, url: string) => send(`${url}/api/tenants/${tenantId}/sweep`, { method: 'POST' });

async function prepared(...exports: readonly Operations[]): Promise<Client> {
  const client = await registerTenant(steady);
  for (const operations of exports) expect((await exported(client, steady.url, operations)).status).toBe(200);
  return client;
}

/** What is killed: how a tenant is made ready for it, and the request. A long run kills at every request, a short one at some. */
const requests = {
  'an export': {
    stride: 9,
    which: 'all',
    prepare: () => prepared(before),
    act: (client: Client, url: string) => exported(client, url, changes),
  },
  // It reads two hundred rows before it writes: to die there is to die before the first write.
  'an export that is cut': {
    stride: 7,
    which: 'writes',
    prepare: () => prepared(before, beforeCut),
    act: (client: Client, url: string) => exported(client, url, cut),
  },
  'a sweep': { stride: 9, which: 'all', prepare: () => prepared(before, changes), act: swept },
} as const;

/** The objects without the random parts: ids (of objects and invocations), times, and the digits of placeholders. */
async function portrait(client: Client): Promise<unknown> {
  const all = await Promise.all(anchors.map(async (anchor) => (await client.object(anchor)).body as unknown));
  const hidden = /"(?:objectId|whenStarted|detail|instance)":"(?:[^"\\]|\\.)*"/g;
  return JSON.parse(
    JSON.stringify(all)
      .replace(hidden, '"hidden":""')
      .replace(/\+\d{4}@/g, '+0000@'),
  ) as unknown;
}

async function partitionOfClient({ tenantId }: Client): Promise<Partition> {
  return partitionOf(servicesHere(), newTenant({ tenantId }));
}

describe('the functions host, killed', () => {
  it.for(Object.keys(requests) as (keyof typeof requests)[])(
    `at the requests to the storage of %s: the same request again leads to the same end (seed ${seed})`,
    { timeout: patienceMs },
    async (name, { annotate }) => {
      const { prepare, act, stride, which } = requests[name];
      const spared = await prepare();
      expect((await act(spared, steady.url)).status).toBe(200);
      const wanted = await portrait(spared);
      const deathsBefore = mortal.deaths();
      for (const moment of moments) {
        for (const at of positions(stride)) {
          const client = await prepare();
          const wasKilled = await mortal.diesAt({ proxy, at, moment, which }, (url) => act(client, url));
          const partition = await partitionOfClient(client);
          expect(await audit(partition), `${moment} ${at}`).toEqual([]);
          expect((await act(client, mortal.url())).status).toBe(200);
          expect(await portrait(client), `${moment} ${at}`).toEqual(wanted);
          expect(await audit(partition)).toEqual([]);
          if (!wasKilled) break;
        }
      }
      await annotate(`${mortal.deaths() - deathsBefore} processes killed`);
    },
  );

  it(
    `at the requests to the storage of a tenant's deletion: the same request again completes it (seed ${seed})`,
    async ({ annotate }) => {
      const { prepare } = requests['an export that is cut'];
      const deathsBefore = mortal.deaths();
      for (const moment of moments) {
        for (const at of positions(5)) {
          const client = await prepare();
          const remove = (url: string) =>
            send(`${url}/api/tenants/${client.tenantId}?confirm=${client.tenantId}`, { method: 'DELETE' });
          const wasKilled = await mortal.diesAt({ proxy, at, moment }, remove);
          const { status } = await remove(mortal.url());
          // Killed after its last write, it was complete, as without being killed.
          expect(wasKilled ? [200, 404] : [404], `${moment} ${at}`).toContain(status);
          expect((await client.object('waiter')).body).toMatchObject({
            type: expect.stringContaining('TenantNotFound'),
          });
          expect((await readAll(await partitionOfClient(client))).size).toBe(0);
          expect((await exported(await registerAgain(client), steady.url, before)).status).toBe(200);
          if (!wasKilled) break;
        }
      }
      await annotate(`${mortal.deaths() - deathsBefore} processes killed`);
    },
    patienceMs,
  );
});

async function registerAgain(client: Client): Promise<Client> {
  const { status } = await client.put({ initialDomain: 'contoso.onmicrosoft.com', recipients: [] });
  expect(status).toBe(201);
  expect((await client.object('waiter')).body).toMatchObject({ type: expect.stringContaining('ObjectNotFound') });
  return client;
}
