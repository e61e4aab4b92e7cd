import { TableClient, type TransactionAction } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { writeRun } from '../../shared/store/timer-runs.ts';
import { group, remove } from '../shared/directory/fixtures.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { exportNow, newTenant, servicesHere } from '../support/storage.ts';

let service: RunningFunctionsHost;
const alias = 'smtp:x@contoso.com';

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const sweepAll = ({ url }: { readonly url: string }) =>
  send(`${url}/admin/functions/sweepQuarantine?wait=true`, { method: 'POST', body: {} });

/** Runs a test at an Azurite of its own: the health of the shared one depends on the tests beside this one. */
const atAzurite = async (
  run: (azurite: RunningAzurite, startHost: () => Promise<RunningFunctionsHost>) => Promise<void>,
): Promise<void> => {
  const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  const hosts: RunningFunctionsHost[] = [];
  try {
    await run(azurite, async () => {
      const host = await startService({ AzureWebJobsStorage: azurite.connectionString });
      hosts.push(host);
      return host;
    });
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await azurite.stop();
  }
};

describe('POST /api/tenants/{tenantId}/sweep', () => {
  it('says what it released, and how many values still wait', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a', alias)]);
    await tenant.export([group('b', alias), group('c', alias)]);
    await tenant.export([remove('a')]);
    const { status, body } = await send(`${tenant.url}/sweep`, { method: 'POST' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      released: [
        { propertyName: 'ProxyAddresses', propertyValue: alias, sourceAnchor: 'b', from: { sourceAnchor: 'a' } },
      ],
      stillWaiting: 1,
    });
  });
});

describe('POST /api/tenants/{tenantId}/sweep, of expired rows', () => {
  it('removes rows older than the retention time, and says how much', async () => {
    const tenant = await registerTenant(service, { retentionDays: 30 });
    const lately = Date.now() - 20 * 86_400_000;
    for (const [anchor, ms] of [
      ['new', lately],
      ['old', lately - 20 * 86_400_000],
    ] as const) {
      const then = { ...servicesHere(), now: () => new Date(ms) };
      await exportNow(then, newTenant({ tenantId: tenant.tenantId }), [group(anchor, `smtp:no-at-${anchor}`)]);
    }
    const { body } = await send(`${tenant.url}/sweep`, { method: 'POST' });
    expect(body).toMatchObject({ removed: { history: 0, failures: 1, mails: 0, isMore: false } });
    expect((await tenant.get('/failures')).body.value).toMatchObject([{ sourceAnchor: 'new' }]);
  });
});

describe('GET /api/tenants/{tenantId}/history', () => {
  it('gives the history in pages, newest first, that a nextLink joins', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a', alias), group('b', alias), group('c', alias)]);
    await tenant.export([remove('a')]);
    await send(`${tenant.url}/sweep`, { method: 'POST' });
    const first = await tenant.get('/history?pageSize=2');
    expect(first.body.value).toHaveLength(2);
    expect(first.body.value[0]).toMatchObject({
      event: 'released',
      object: { sourceAnchor: 'b' },
      by: { kind: 'sweep' },
    });
    const second = await send(first.body.nextLink as string);
    expect(second.body.value).toHaveLength(1);
    expect(second.body).not.toHaveProperty('nextLink');
  });

  it('refuses a page token that is not its own', async () => {
    const tenant = await registerTenant(service);
    const { status } = await tenant.get(`/history?skipToken=${Buffer.from('object|a').toString('base64url')}`);
    expect(status).toBe(400);
  });
});

describe('sweepQuarantine', () => {
  it('sweeps every tenant, and leaves behind when it ran', () =>
    atAzurite(async ({ connectionString }, startHost) => {
      const host = await startHost();
      const tenants = [
        await registerTenant(host, {}, connectionString),
        await registerTenant(host, {}, connectionString),
      ];
      for (const tenant of tenants) {
        await tenant.export([group('a', alias), group('b', alias)]);
        await tenant.export([remove('a')]);
      }
      expect((await sweepAll(host)).status).toBe(200);
      for (const tenant of tenants) expect((await tenant.object('b')).body.proxyAddresses).toEqual([alias]);
      const { body } = await send(`${host.url}/api/health`);
      expect(body).toMatchObject({ status: 'healthy', timers: { sweepQuarantine: { isLate: false } } });
      expect(Date.now() - Date.parse(body.timers.sweepQuarantine.succeededAt as string)).toBeLessThan(60_000);
    }));
});

describe('GET /api/health', () => {
  it.each([
    ['200 while a sweep is almost two hours late', 2.9, 200],
    ['503 while a sweep is more than two hours late', 3.1, 503],
  ])('is %s', async (_, hours, wanted) => {
    await atAzurite(async ({ connectionString }, startHost) => {
      const at = new Date(Date.now() - hours * 3_600_000).toISOString();
      const table = await servicesHere(connectionString).storage.tenants();
      await writeRun(table, 'sweepQuarantine', { since: at, startedAt: at, endedAt: at, succeededAt: at });
      expect((await send(`${(await startHost()).url}/api/health`)).status).toBe(wanted);
    });
  });

  it('is 503 while the storage does not answer', async () => {
    await atAzurite(async (azurite, startHost) => {
      const { url } = await startHost();
      await azurite.stop();
      const { status, body } = await send(`${url}/api/health`);
      expect([status, body.storage]).toEqual([503, 'does not answer']);
    });
  });

  it('is 503 while the storage answers and takes no transaction', async () => {
    await atAzurite(async ({ connectionString }, startHost) => {
      const { url } = await startHost();
      // Without our policy, the emulator reads the second row as far as the separator, and is left in a transaction.
      const table = TableClient.fromConnectionString(connectionString, 'Directory', {
        allowInsecureConnection: true,
        retryOptions: { maxRetries: 0 },
      });
      await table.createTable();
      const rows: readonly TransactionAction[] = [
        ['create', { partitionKey: 'any', rowKey: 'a' }],
        ['create', { partitionKey: 'any', rowKey: 'b', text: '{Joe}\u2028Wood' }],
      ];
      await expect(table.submitTransaction([...rows])).rejects.toThrow();
      const { status, body } = await send(`${url}/api/health`);
      expect([status, body.status, body.storage]).toEqual([503, 'unhealthy', 'takes no writes']);
      expect(body.reasons).toEqual([expect.stringContaining('takes no writes')]);
    });
  });
});
