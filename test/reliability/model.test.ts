import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { audit } from '../support/audit.ts';
import { registerTenant, startService } from '../support/service.ts';
import { partitionOf, servicesHere } from '../support/storage.ts';
import { history, type Step } from './model/arbitraries.ts';
import { takeStep, type Watched } from './model/compare.ts';
import { emptyTenant } from './model/tenant.ts';

let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function live(steps: readonly Step[], separator = '+'): Promise<void> {
  const client = await registerTenant(service, { placeholderSeparator: separator });
  let watched: Watched = { tenant: emptyTenant(separator), holders: new Map(), events: [], last: [] };
  for (const step of steps) watched = await takeStep(client, watched, step);
  expect(await audit(await partitionOf(servicesHere(), { tenantId: client.tenantId } as never))).toEqual([]);
}

describe('a tenant', () => {
  it('is at every step of a random history what the specification says', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom('+', ''), (steps, separator) => live(steps, separator)),
      { numRuns: Number(process.env.SOAK ?? 15), interruptAfterTimeLimit: Number(process.env.LIMIT ?? 90_000), markInterruptAsFailure: false, ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}) },
    );
  }, 6_000_000);
});
