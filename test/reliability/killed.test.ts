/** The process of the functions host is killed at a request to the storage; then a new one gets the same request. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { audit } from '../support/audit.ts';
import { type KillingProxy, type Moment, startKillingProxy } from '../support/killing-proxy.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { patienceMs, seed, soakMs } from '../support/soak.ts';
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
const anchors = ['giver', 'taker', 'gone', 'waiter', 'joe', 'twin', 'large'];

let steady: RunningFunctionsHost;
let proxy: KillingProxy;
/** The host that is killed, or the one that came after it. */
let mortal: RunningFunctionsHost;
beforeAll(async () => {
  proxy = await startKillingProxy(inject('connectionString'));
  steady = await startService();
  mortal = await startService({ AzureWebJobsStorage: proxy.connectionString });
}, 120_000);
afterAll(async () => {
  await Promise.all([steady.stop(), mortal.stop()]);
  await proxy.stop();
});

type Client = Awaited<ReturnType<typeof registerTenant>>;

const exported = ({ tenantId }: Client, url: string, operations: Operations) =>
  send(`${url}/api/tenants/${tenantId}/exports`, { method: 'POST', body: { operations } });
const swept = ({ tenantId }: Client, url: string) => send(`${url}/api/tenants/${tenantId}/sweep`, { method: 'POST' });

/** What is killed: how a tenant is made ready for it, and the request. */
const requests = {
  'an export': {
    prepare: async (): Promise<Client> => {
      const client = await registerTenant(steady);
      expect((await exported(client, steady.url, before)).status).toBe(200);
      return client;
    },
    act: (client: Client, url: string) => exported(client, url, changes),
  },
  'a sweep': {
    prepare: async (): Promise<Client> => {
      const client = await requests['an export'].prepare();
      expect((await exported(client, steady.url, changes)).status).toBe(200);
      return client;
    },
    act: swept,
  },
} as const;

/** The objects without what is random: ids, times, and the digits of placeholders. */
async function portrait(client: Client): Promise<unknown> {
  const all = await Promise.all(anchors.map(async (anchor) => (await client.object(anchor)).body as unknown));
  const hidden = /"(?:objectId|whenStarted|detail)":"(?:[^"\\]|\\.)*"/g;
  return JSON.parse(
    JSON.stringify(all)
      .replace(hidden, '"hidden":""')
      .replace(/\+\d{4}@/g, '+0000@'),
  ) as unknown;
}

/** Sends the request so that the process dies at the request to the storage with that number; tells whether it came so far. */
async function dies(at: number, moment: Moment, act: (url: string) => Promise<unknown>): Promise<boolean> {
  const { child, url } = mortal;
  proxy.killAt(at, moment, () => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(() => 'killed' as const);
  const outcome = await Promise.race([
    act(url).then(
      () => 'answered' as const,
      () => 'broken' as const,
    ),
    ended,
  ]);
  const isReached = proxy.seen() >= at;
  proxy.killAt(0, 'before', () => undefined);
  if (!isReached) {
    expect(outcome).toBe('answered');
    return false;
  }
  await ended;
  mortal = await startService({ AzureWebJobsStorage: proxy.connectionString });
  return true;
}

describe('the functions host, killed', () => {
  it.each(Object.keys(requests) as (keyof typeof requests)[])(
    `at the requests to the storage of %s: the same request again leads to the same end (seed ${seed})`,
    async (name) => {
      const { prepare, act } = requests[name];
      const spared = await prepare();
      expect((await act(spared, steady.url)).status).toBe(200);
      const wanted = await portrait(spared);
      // A long run kills at every request, a short one at some, which the seed chooses.
      const stride = soakMs === undefined ? 9 : 1;
      for (const moment of ['before', 'after'] as const) {
        for (let at = 1 + (seed % stride); ; at += stride) {
          const client = await prepare();
          const wasKilled = await dies(at, moment, (url) => act(client, url));
          const { tenantId } = client;
          const partition = await partitionOf(servicesHere(), newTenant({ tenantId }));
          expect(await audit(partition), `${moment} ${at}`).toEqual([]);
          expect((await act(client, mortal.url)).status).toBe(200);
          expect(await portrait(client), `${moment} ${at}`).toEqual(wanted);
          expect(await audit(partition)).toEqual([]);
          if (!wasKilled) break;
        }
      }
    },
    patienceMs,
  );
});
