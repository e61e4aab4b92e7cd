import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { audit } from '../support/audit.ts';
import { registerTenant, startService } from '../support/service.ts';
import { countsOf, patienceMs, runsOf, seed } from '../support/soak.ts';
import { newTenant, partitionOf, servicesHere } from '../support/storage.ts';
import { history, type Step, wideHistory } from './model/arbitraries.ts';
import { takeStep, type Watched } from './model/compare.ts';
import { emptyTenant, heldBy, type ModelObject, type Tenant } from './model/tenant.ts';

/** The whole service over HTTP, beside a model that was written from the specification and knows nothing of the code. */
let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

type Life = { readonly placeholderSeparator?: string; readonly areCut?: boolean; readonly counts?: Counts };
type Counts = { histories: number; steps: number; operations: number; cut: number };
const none = (): Counts => ({ histories: 0, steps: 0, operations: 0, cut: 0 });

async function live(
  steps: readonly Step[],
  { placeholderSeparator = '+', areCut = false, counts = none() }: Life = {},
): Promise<void> {
  const client = await registerTenant(service, { placeholderSeparator });
  let watched: Watched = { tenant: emptyTenant(placeholderSeparator), holders: new Map(), events: [], last: [] };
  counts.histories++;
  for (const step of steps) {
    const before = watched.tenant;
    watched = await takeStep(client, watched, step, { areCut });
    counts.steps++;
    if (isCut(before, watched.tenant)) counts.cut++;
    if (step.kind === 'export') counts.operations += step.operations.length;
  }
  const { tenantId } = client;
  expect(await audit(await partitionOf(servicesHere(), newTenant({ tenantId })))).toEqual([]);
}

const mostRows = 100;

/** Tells whether the change of some object takes more rows than a transaction has: one at least for each value. */
function isCut(before: Tenant, after: Tenant): boolean {
  const rowsOf = (object: ModelObject | undefined): ReadonlySet<string> =>
    new Set(
      object
        ? [...heldBy(object), ...[...object.waits.keys()].flatMap((value) => [`${value} waits`, `${value} event`])]
        : [],
    );
  return [...new Set([...before.objects.keys(), ...after.objects.keys()])].some(
    (anchor) =>
      rowsOf(before.objects.get(anchor)).symmetricDifference(rowsOf(after.objects.get(anchor))).size > mostRows,
  );
}

describe('a tenant', () => {
  it(
    `is at every step of a random history what the specification says (seed ${seed})`,
    async ({ annotate }) => {
      const counts = none();
      const lives = fc.asyncProperty(history, fc.constantFrom('+', ''), (steps, placeholderSeparator) =>
        live(steps, { placeholderSeparator, counts }),
      );
      await fc.assert(lives, runsOf(25)).finally(() => annotate(countsOf(counts)));
    },
    patienceMs,
  );

  it(
    `is that also where exports and sweeps are cut into several transactions (seed ${seed})`,
    async ({ annotate }) => {
      const counts = none();
      const lives = fc.asyncProperty(wideHistory, (steps) => live(steps, { areCut: true, counts }));
      await fc.assert(lives, runsOf(6)).finally(() => annotate(countsOf(counts)));
      expect(counts.cut).toBeGreaterThan(counts.histories);
    },
    patienceMs,
  );

  it('releases nothing to an object that is deleted and added again, but gives the new one the vacant values', async () => {
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
