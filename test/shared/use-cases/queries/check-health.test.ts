import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { checkHealth, currentHealth } from '../../../../shared/use-cases/queries/check-health.ts';
import type { Services } from '../../../../shared/services.ts';
import { countRequests, noCounts } from '../../../../shared/store/table.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { servicesHere, servicesWithoutRetries } from '../../../support/storage.ts';

describe('checkHealth()', () => {
  it('distinguishes storage that refuses the service from storage that does not answer', async () => {
    const wrongKey = inject('connectionString').replace(/AccountKey=[^;]+/, `AccountKey=${btoa('another key')}`);
    const { status, storage, reasons } = await checkHealth(servicesHere(wrongKey));
    expect({ status, storage }).toEqual({ status: 'unhealthy', storage: 'does not answer' });
    expect(reasons).toEqual([expect.stringContaining('The storage refuses this service')]);
  });
});

describe('currentHealth()', () => {
  let proxy: FaultyProxy;
  let services: Services;
  let nowMs: number;

  beforeAll(async () => {
    proxy = await startFaultyProxy();
    // The first check records when it first saw the timers.
    await checkHealth(servicesHere());
  });
  afterAll(() => proxy.stop());

  beforeEach(async () => {
    proxy.failWhere(() => 'pass');
    nowMs = Date.now();
    services = { ...servicesWithoutRetries(proxy.connectionString), now: () => new Date(nowMs) };
    await services.storage.tenants();
  });

  /** Checks after some seconds; returns the state of storage and the number of requests: 4 reads and one write. */
  async function ask(seconds: number): Promise<[storage: string, requests: number]> {
    nowMs += seconds * 1_000;
    const counts = noCounts();
    const { storage } = await countRequests(counts, () => currentHealth(services));
    return [storage, counts.requests];
  }

  it('reads storage at most every 15 seconds, and writes at most once a minute while writes succeed', async () => {
    expect(await ask(0)).toEqual(['answers', 5]);
    expect(await ask(14.9)).toEqual(['answers', 0]);
    expect(await ask(0.1)).toEqual(['answers', 4]);
    expect(await ask(44.9)).toEqual(['answers', 4]);
    expect(await ask(15)).toEqual(['answers', 5]);
  });

  it('checks storage once for many simultaneous callers', async () => {
    const counts = noCounts();
    await countRequests(counts, () => Promise.all(Array.from({ length: 50 }, () => currentHealth(services))));
    expect(counts.requests).toBe(5);
  });

  it('checks again after the clock was set back', async () => {
    await ask(0);
    expect(await ask(-3_600)).toEqual(['answers', 5]);
  });

  it.each(['error', 'busy', 'cut'] as const)(
    'detects within a minute that writes fail with %s, and within 15 seconds that they succeed again',
    async (fault) => {
      expect((await ask(0))[0]).toBe('answers');
      proxy.failWhere(() => fault, 'writes');
      expect((await ask(30))[0]).toBe('answers');
      expect((await ask(30))[0]).toBe('takes no writes');
      const { status, reasons } = await currentHealth(services);
      expect(status).toBe('unhealthy');
      expect(reasons[0]).toContain('takes no writes');
      proxy.failWhere(() => 'pass');
      expect(await ask(14)).toEqual(['takes no writes', 0]);
      expect(await ask(1)).toEqual(['answers', 5]);
    },
  );

  it('returns for 15 seconds that storage does not answer', async () => {
    proxy.failWhere(() => 'cut');
    expect((await ask(0))[0]).toBe('does not answer');
    proxy.failWhere(() => 'pass');
    expect(await ask(14)).toEqual(['does not answer', 0]);
    expect((await ask(1))[0]).toBe('answers');
  });
});
