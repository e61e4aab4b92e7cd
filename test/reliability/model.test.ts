import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { audit } from '../support/audit.ts';
import { registerTenant, startService } from '../support/service.ts';
import { countsOf, patienceMs, runsOf, seed } from '../support/soak.ts';
import { newTenant, partitionOf, servicesHere } from '../support/storage.ts';
import { history, type Step } from './model/arbitraries.ts';
import { takeStep, type Watched } from './model/compare.ts';
import { emptyTenant } from './model/tenant.ts';

/** The whole service over HTTP, beside a model that was written from the specification and knows nothing of the code. */
let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** What all histories of this file have taken together. */
const counts = { histories: 0, steps: 0, operations: 0 };

async function live(steps: readonly Step[], placeholderSeparator = '+'): Promise<void> {
  const client = await registerTenant(service, { placeholderSeparator });
  let watched: Watched = { tenant: emptyTenant(placeholderSeparator), holders: new Map(), events: [], last: [] };
  counts.histories++;
  for (const step of steps) {
    watched = await takeStep(client, watched, step);
    counts.steps++;
    if (step.kind === 'export') counts.operations += step.operations.length;
  }
  const { tenantId } = client;
  expect(await audit(await partitionOf(servicesHere(), newTenant({ tenantId })))).toEqual([]);
}

describe('a tenant', () => {
  it(
    `is at every step of a random history what the specification says (seed ${seed})`,
    async ({ annotate }) => {
      const separator = fc.constantFrom('+', '');
      await fc.assert(fc.asyncProperty(history, separator, live), runsOf(25)).finally(() => annotate(countsOf(counts)));
    },
    patienceMs,
  );

  it('gives nothing back to an object that is deleted and added again, but gives the new one what is free', async () => {
    const address = { objectType: 'Group', proxyAddresses: ['smtp:x@contoso.com'] };
    await live([
      { kind: 'export', operations: [{ operation: 'add', sourceAnchor: 'a', ...address }] },
      { kind: 'export', operations: [{ operation: 'add', sourceAnchor: 'd', ...address }] },
      {
        kind: 'export',
        operations: [
          { operation: 'delete', sourceAnchor: 'a' },
          { operation: 'delete', sourceAnchor: 'd' },
          { operation: 'add', sourceAnchor: 'd', ...address },
        ],
      },
    ]);
  });
});
