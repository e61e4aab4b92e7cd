import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quarantinedValues, type DirectoryObject, heldValues, quarantinedKey } from '../../shared/directory/objects.ts';
import type { Operation } from '../../shared/directory/operation.ts';
import { longestWaiting, planRelease } from '../../shared/directory/plan-release.ts';
import type { ValueKey } from '../../shared/directory/values.ts';
import { auditPartition } from '../../shared/use-cases/audit/audit-tenant.ts';
import { sweepTenant } from '../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Services } from '../../shared/services.ts';
import { objectFromRow } from '../../shared/store/object-row.ts';
import { isUnavailable } from '../../shared/store/table.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';
import { audit, readAll } from '../support/audit.ts';
import { countsOf, patienceMs, runsOf } from '../support/soak.ts';
import { exportNow, newTenant, partitionOf, servicesHere, servicesWithoutRetries } from '../support/storage.ts';
import { emptyTenant, exportTo, stateOf, type Tenant } from '../shared/directory/fixtures.ts';

/**
 * Long random histories on the real storage, compared after every step with the pure core applied to plain maps.
 *
 * What the core decides has tests of its own; the number of results here is a row that says something else.
 */

type Step = { readonly kind: 'export'; readonly operations: readonly Operation[] } | { readonly kind: 'sweep' };

const anchors = ['a', 'b', 'c', 'd', 'e', 'f/+'];
const anchor = fc.constantFrom(...anchors);
const name = fc.constantFrom('x@contoso.com', 'y@contoso.com', 'X@contoso.com', 'z@contoso.com');
const address = fc.constantFrom(
  'smtp:x@contoso.com',
  'SMTP:x@contoso.com',
  'smtp:y@contoso.com',
  'SMTP:q@contoso.com',
  'smtp:r@contoso.com',
  'X500:/o=contoso/cn=1',
  'sip:s@contoso.com',
);

const write = fc.record(
  {
    operation: fc.constantFrom('add', 'add', 'update'),
    sourceAnchor: anchor,
    objectType: fc.constantFrom('User', 'User', 'Group', 'Contact'),
    userPrincipalName: name,
    displayName: fc.constantFrom('One', 'Two', null),
    mail: fc.option(fc.constantFrom('x@contoso.com', 'm@contoso.com')),
    proxyAddresses: fc.uniqueArray(address, { maxLength: 4 }),
    exchangeLicensed: fc.boolean(),
  },
  { requiredKeys: ['operation', 'sourceAnchor', 'objectType', 'userPrincipalName'] },
);
const operation = fc.oneof(
  { weight: 4, arbitrary: write.map(asOperation) },
  { weight: 1, arbitrary: anchor.map((sourceAnchor): Operation => ({ operation: 'delete', sourceAnchor })) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(operation, { minLength: 1, maxLength: 6 })
      .map((operations): Step => ({ kind: 'export', operations })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'sweep' }) },
);

/** Only users have a UPN; an operation that says otherwise fails, which is wanted now and then, not always. */
function asOperation(candidate: { objectType: string; userPrincipalName: string }): Operation {
  const { userPrincipalName, ...rest } = candidate;
  return (candidate.objectType === 'User' ? { ...rest, userPrincipalName } : rest) as unknown as Operation;
}

/** Sweeps a tenant of plain maps: round by round, each vacant value goes to who has waited longest. */
function sweepPlain(tenant: Tenant, now: Date): Tenant {
  const { values } = stateOf(tenant);
  const grants = new Map<string, Set<ValueKey>>();
  for (const [key, value] of values) {
    if (value.holder !== null || value.waiting === 0) continue;
    const waiters = [...tenant.values()].flatMap((object) => {
      const awaited = quarantinedValues(object).get(key);
      return awaited ? [{ sourceAnchor: object.sourceAnchor, whenStarted: awaited.whenStarted }] : [];
    });
    const first = longestWaiting(waiters)?.sourceAnchor ?? '';
    grants.set(first, (grants.get(first) ?? new Set()).add(key));
  }
  if (grants.size === 0) return tenant;
  const next = new Map(tenant);
  for (const [sourceAnchor, granted] of grants) {
    next.set(sourceAnchor, planRelease(tenant.get(sourceAnchor) as DirectoryObject, granted, { values, now }));
  }
  return sweepPlain(next, now);
}

/** A step, and the write of it at which the connection breaks, if it comes so far. */
const brokenStep = fc.tuple(step, fc.integer({ min: 1, max: 5 }));

/** What an object looks like, without the random parts: ids and the digits of placeholders. */
function portrait(object: DirectoryObject): unknown {
  const hide = (text: string): string => text.replace(/\+\d{4}@/, '+0000@');
  return {
    ...object,
    objectId: '',
    placeholder: object.placeholder && hide(object.placeholder),
    quarantined: object.quarantined.map((entry) => ({ ...entry, propertyValue: hide(entry.propertyValue) })),
    held: [...heldValues(object)].map(hide).sort(),
    awaited: object.quarantined.map(quarantinedKey).map(hide).sort(),
  };
}

const portraits = (objects: Iterable<DirectoryObject>): unknown =>
  Object.fromEntries([...objects].map((object) => [object.sourceAnchor, portrait(object)] as const).sort());

/** The storage with transactions of fewer rows, so that small histories reach cuts, orders and openings. */
function withRowsPerTransaction(services: Services, rowsPerTransaction: number): Services {
  const partition: Services['storage']['partition'] = async (registrationId, counts) => ({
    ...(await services.storage.partition(registrationId, counts)),
    rowsPerTransaction,
  });
  return { ...services, storage: { ...services.storage, partition } };
}

describe('a history of exports and sweeps', () => {
  it.for([100, 24])(
    'leaves on the storage what the core says, with %i rows to a transaction',
    { timeout: patienceMs },
    async (rows, { annotate }) => {
      const counts = { histories: 0, steps: 0, operations: 0 };
      const asserted = fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
          let now = new Date('2026-11-16T08:00:00.000Z');
          const services: Services = { ...withRowsPerTransaction(servicesHere(), rows), now: () => now };
          const registered = newTenant();
          const partition = await partitionOf(services, registered);
          let plain = emptyTenant;
          counts.histories++;
          for (const one of steps) {
            counts.steps++;
            now = new Date(now.getTime() + 60_000);
            if (one.kind === 'sweep') {
              await sweepTenant(services, registered.registrationId);
              plain = sweepPlain(plain, now);
            } else {
              counts.operations += one.operations.length;
              const { results } = await exportNow(services, registered, one.operations);
              const planned = exportTo(plain, one.operations, { now });
              plain = planned.tenant;
              const told = (all: typeof results): unknown =>
                all.map(({ outcome, newlyQuarantined, failure }) => [outcome, newlyQuarantined.length, failure?.code]);
              expect(told(results)).toEqual(told(planned.plan.results));
            }
            const rows = [...(await readAll(partition)).values()].filter(({ rowKey }) => rowKey.startsWith('object|'));
            const stored = rows.flatMap((row) => objectFromRow(row).object ?? []);
            expect(portraits(stored)).toEqual(portraits(plain.values()));
            expect(await audit(partition)).toEqual([]);
          }
        }),
        runsOf(15),
      );
      await asserted.finally(() => annotate(countsOf(counts)));
    },
  );

  it(
    'is in order, each step of it cut off at a write and another sent instead, and nothing is left unfinished in the end',
    async ({ annotate }) => {
      const counts = { histories: 0, steps: 0, 'cut off': 0, 'left unfinished': 0 };
      const proxy = await startFaultyProxy();
      const faulty = withRowsPerTransaction(servicesWithoutRetries(proxy.connectionString), 16);
      const services = withRowsPerTransaction(servicesHere(), 16);
      const broken = async (steps: readonly (readonly [Step, number])[]): Promise<void> => {
        const registered = newTenant();
        const partition = await partitionOf(services, registered);
        counts.histories++;
        for (const [one, at] of steps) {
          counts.steps++;
          proxy.failWhere((number) => (number === at ? 'cut' : 'pass'), 'writes');
          const done =
            one.kind === 'sweep'
              ? sweepTenant(faulty, registered.registrationId)
              : exportNow(faulty, registered, one.operations);
          await done.catch((error: unknown) => {
            if (!isUnavailable(error)) throw error;
            counts['cut off']++;
          });
          const { findings, unfinished } = await auditPartition(partition, { repairId: 'test', now: new Date() });
          expect(findings).toEqual([]);
          counts['left unfinished'] += unfinished.length;
        }
        // An export that says nothing of its objects but their names.
        await exportNow(
          services,
          registered,
          anchors.map((sourceAnchor) => ({ operation: 'update', sourceAnchor })),
        );
        const audited = await auditPartition(partition, { repairId: 'test', now: new Date() });
        expect(audited).toMatchObject({ findings: [], unfinished: [] });
      };
      const steps = fc.array(brokenStep, { minLength: 3, maxLength: 12 });
      await fc
        .assert(fc.asyncProperty(steps, broken), runsOf(25))
        .finally(() => Promise.all([annotate(countsOf(counts)), proxy.stop()]));
      expect(counts['left unfinished']).toBeGreaterThan(0);
    },
    patienceMs,
  );
});
