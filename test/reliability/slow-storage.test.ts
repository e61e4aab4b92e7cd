import pMap from 'p-map';
import { describe, expect, it } from 'vitest';
import { proxyAddressesOf } from '../../shared/directory/objects.ts';
import { findErrors } from '../../shared/use-cases/queries/find-errors.ts';
import { findObject } from '../../shared/use-cases/queries/find-object.ts';
import { sweepTenant } from '../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Services } from '../../shared/services.ts';
import { isUnavailable } from '../../shared/store/table.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { withinTime } from '../../shared/store/time-bounds.ts';
import { group, remove, update, user } from '../shared/directory/fixtures.ts';
import { audit } from '../support/audit.ts';
import { soakMs } from '../support/soak.ts';
import { type FaultyProxy, type SlowFault, slowFaults, startFaultyProxy } from '../support/faulty-proxy.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { exportNow, newTenant, partitionOf, servicesHere } from '../support/storage.ts';

/**
 * A storage that is slow or refuses, at each request in turn: for once, and from there on. The answer is the right one
 * or that the storage is not available, within the time that the settings give; sent again, the state is right.
 */
const direct = servicesHere();
const requestTimeoutSeconds = 3;
/** So long that what fails once can be tried again, on a machine that has other things to do. */
const ampleSeconds = 9;
/** For a machine that has other things to do. */
const graceMs = 4_000;
/** How many positions of each job are looked at: all of them in a long run. */
const mostPositions = soakMs === undefined ? 2 : Infinity;
const jobsSideBySide = 8;

const before = [
  group('giver', 'smtp:moved@contoso.com', 'smtp:kept@contoso.com'),
  group('gone', 'smtp:gone@contoso.com'),
  group('waiter', 'smtp:kept@contoso.com', 'smtp:gone@contoso.com'),
];
const operations = [
  group('taker', 'smtp:moved@contoso.com'),
  update('giver', { proxyAddresses: ['smtp:kept@contoso.com'] }),
  user('joe', { userPrincipalName: 'joe@contoso.com' }),
  user('twin', { userPrincipalName: 'joe@contoso.com' }),
];

type Job = (services: Services, tenant: Tenant) => Promise<unknown>;

const jobs: Readonly<Record<string, Job>> = {
  export: (services, tenant) => exportNow(services, tenant, operations),
  sweep: (services, tenant) => sweepTenant(services, tenant.registrationId),
  query: async (services, tenant) => {
    const partition = await services.storage.partition(tenant.registrationId);
    const { errors } = await findErrors(partition, { propertyName: 'ProxyAddresses' }, { pageSize: 10 });
    expect(errors.map(({ propertyValue }) => propertyValue).sort()).toEqual([
      'smtp:gone@contoso.com',
      'smtp:kept@contoso.com',
    ]);
  },
};

async function prepared(): Promise<Tenant> {
  const tenant = newTenant();
  await exportNow(direct, tenant, before);
  await exportNow(direct, tenant, [remove('gone')]);
  return tenant;
}

async function expectWhole(tenant: Tenant): Promise<void> {
  const partition = await partitionOf(direct, tenant);
  expect(await audit(partition)).toEqual([]);
  await exportNow(direct, tenant, operations);
  await sweepTenant(direct, tenant.registrationId);
  expect(await audit(partition)).toEqual([]);
  const addressesOf = async (anchor: string) => proxyAddressesOf((await findObject(partition, anchor)).object);
  expect(await addressesOf('taker')).toEqual(['smtp:moved@contoso.com']);
  expect(await addressesOf('waiter')).toEqual(['smtp:gone@contoso.com']);
  expect((await findObject(partition, 'twin')).errors).toMatchObject([{ heldBy: { sourceAnchor: 'joe' } }]);
}

type Outcome = { readonly isRight: boolean; readonly elapsedMs: number; readonly seen: number };

/** Does a job while the storage fails the requests that `isFaulty` names, by their number from 1. */
async function attempt(
  job: Job,
  fault: SlowFault,
  { isFaulty, seconds = requestTimeoutSeconds }: { isFaulty: (number: number) => boolean; seconds?: number },
): Promise<Outcome> {
  const tenant = await prepared();
  const proxy = await startFaultyProxy();
  try {
    const services = servicesHere(proxy.connectionString, { REQUEST_TIMEOUT_SECONDS: String(seconds) });
    proxy.failWhere((number) => (isFaulty(number) ? fault : 'pass'));
    const start = performance.now();
    const isRight = await isDone(() => withinTime(seconds * 1_000, () => job(services, tenant)));
    const outcome = { isRight, elapsedMs: performance.now() - start, seen: proxy.seen() };
    proxy.failWhere(() => 'pass');
    await expectWhole(tenant);
    return outcome;
  } finally {
    await proxy.stop();
  }
}

async function isDone(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    // All else is a failure of the test: the client would be told 500.
    if (!isUnavailable(error)) throw error;
    return false;
  }
}

/** Positions spread over all requests of a job, the first and the last among them. */
async function positionsOf(job: Job): Promise<readonly number[]> {
  const { seen } = await attempt(job, 'slow', { isFaulty: () => false, seconds: ampleSeconds });
  const count = Math.min(seen, mostPositions);
  return Array.from({ length: count }, (_, index) => 1 + Math.round((index * (seen - 1)) / Math.max(1, count - 1)));
}

describe.each(Object.keys(jobs))('a storage that is slow or refuses, during a representative %s', (name) => {
  const job = jobs[name] as Job;

  it('is tried again if it fails once, and the outcome is right', async () => {
    const positions = await positionsOf(job);
    const cases = slowFaults.flatMap((fault) => positions.map((at) => ({ fault, at })));
    const outcomes = await pMap(
      cases,
      async ({ fault, at }) => ({
        fault,
        at,
        ...(await attempt(job, fault, { isFaulty: (number) => number === at, seconds: ampleSeconds })),
      }),
      { concurrency: jobsSideBySide },
    );
    // A storage that asks to be left alone for an hour is left alone: who asked is told so, and not kept waiting.
    const wrong = outcomes.filter(({ fault, isRight }) => !isRight && fault !== 'busyForAnHour');
    expect(wrong).toEqual([]);
    expect(outcomes.some(({ fault, isRight }) => fault === 'busyForAnHour' && isRight)).toBe(false);
  }, 300_000);

  it('is abandoned in time if it goes on failing, and the next attempt is right', async () => {
    const positions = await positionsOf(job);
    const faults = slowFaults.filter((fault) => fault !== 'slow');
    const cases = faults.flatMap((fault) => positions.map((at) => ({ fault, at })));
    const outcomes = await pMap(
      cases,
      async ({ fault, at }) => ({ fault, at, ...(await attempt(job, fault, { isFaulty: (number) => number >= at })) }),
      { concurrency: jobsSideBySide },
    );
    expect(outcomes.filter(({ isRight }) => isRight)).toEqual([]);
    expect(outcomes.filter(({ elapsedMs }) => elapsedMs > requestTimeoutSeconds * 1_000 + graceMs)).toEqual([]);
  }, 300_000);
});

describe('over HTTP, while the storage is slow or refuses', () => {
  async function withFault(run: (proxy: FaultyProxy, url: string) => Promise<void>): Promise<void> {
    const proxy = await startFaultyProxy();
    const service = await startService({
      AzureWebJobsStorage: proxy.connectionString,
      REQUEST_TIMEOUT_SECONDS: String(requestTimeoutSeconds),
    });
    try {
      await run(proxy, service.url);
    } finally {
      await service.stop();
      await proxy.stop();
    }
  }

  it('every client is told 503 with Retry-After, in time, and all is well once the storage is', async () => {
    await withFault(async (proxy, url) => {
      const tenant = await registerTenant({ url });
      await tenant.export(before);
      const routes: [method: string, url: string, body?: unknown][] = [
        ['POST', `${tenant.url}/exports`, { operations }],
        ['POST', `${tenant.url}/sweep`],
        ['GET', `${tenant.url}/provisioningErrors?searchString=contoso`],
        ['GET', `${tenant.url}/objects/giver`],
        ['GET', `${tenant.url}/audit`],
        ['GET', `${url}/api/health`],
      ];
      for (const fault of ['busy', 'busyForAnHour', 'silent', 'stall'] as const) {
        proxy.failWhere(() => fault);
        const answers = await Promise.all(
          routes.map(async ([method, route, body]) => {
            const start = performance.now();
            const { status, headers } = await send(route, { method, ...(body === undefined ? {} : { body }) });
            const isTold = headers.has('Retry-After') || route.endsWith('/health');
            return {
              route,
              status,
              isTold,
              isInTime: performance.now() - start < requestTimeoutSeconds * 1_000 + graceMs,
            };
          }),
        );
        const wrong = answers.filter(({ status, isTold, isInTime }) => status !== 503 || !isTold || !isInTime);
        expect([fault, wrong]).toEqual([fault, []]);
      }
      proxy.failWhere(() => 'pass');
      const { status, body } = await tenant.export(operations);
      expect([status, body.summary]).toEqual([200, expect.objectContaining({ created: 3, updated: 1, failed: 0 })]);
    });
  }, 120_000);
});
