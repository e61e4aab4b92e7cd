import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../../local/project-root.ts';
import { type RunningAzurite, startAzurite } from '../../../../local/azurite.ts';
import type { Services } from '../../../../shared/services.ts';
import { longestRunMs, sweepAll } from '../../../../shared/use-cases/sweep/sweep-all.ts';
import { newTenant, register, servicesHere } from '../../../support/storage.ts';

let azurite: RunningAzurite;
const minute = 60_000;
const start = new Date('2026-11-27T08:00:00.000Z').getTime();
const tenants = Array.from({ length: 12 }, (_, n) => `t${String(n).padStart(2, '0')}`);

beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  for (const tenantId of tenants) await register(servicesHere(azurite.connectionString), newTenant({ tenantId }));
});
afterAll(() => azurite.stop());

/** Runs a sweep in which each tenant takes two minutes; returns the tenants that it swept, and its totals. */
async function run(): Promise<{ readonly swept: readonly string[]; readonly isComplete: boolean }> {
  let now = start;
  const services: Services = { ...servicesHere(azurite.connectionString), now: () => new Date(now) };
  const swept: string[] = [];
  let isComplete = false;
  const silent = (): void => undefined;
  await sweepAll(services, {
    ...{ renewed: silent, counted: silent, removed: silent, deleted: silent },
    swept: (tenantId) => {
      swept.push(tenantId);
      now += 2 * minute;
    },
    failed: (_, error) => {
      throw error;
    },
    ended: (totals) => {
      isComplete = totals.isComplete;
    },
  });
  return { swept, isComplete };
}

describe('sweepAll() with too little time for all tenants', () => {
  it('ends in time, begins the next run with the remaining tenants, and reaches every tenant', async () => {
    const first = await run();
    const second = await run();
    expect([first.isComplete, second.isComplete]).toEqual([false, false]);
    expect(second.swept.filter((tenantId) => first.swept.includes(tenantId))).toEqual([]);
    const reached = new Set([...first.swept, ...second.swept]);
    for (let runs = 2; runs < 4; runs++) for (const tenantId of (await run()).swept) reached.add(tenantId);
    expect([...reached].sort()).toEqual(tenants);
  });

  it('leaves the last tenant more than two minutes before the time of the function ends', () => {
    const { functionTimeout } = JSON.parse(readFileSync(join(projectRoot, 'host.json'), 'utf8')) as {
      functionTimeout: string;
    };
    const [hours = 0, minutes = 0] = functionTimeout.split(':').map(Number);
    expect((hours * 60 + minutes) * minute - longestRunMs).toBeGreaterThan(2 * minute);
  });
});
