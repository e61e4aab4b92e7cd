import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { auditPartition } from '../../shared/use-cases/audit/audit-tenant.ts';
import { audit } from '../support/audit.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { partitionOf, servicesHere, newTenant } from '../support/storage.ts';
import { countsOf, patienceMs, runsOf, seed } from '../support/soak.ts';
import { hotRequest, type HotRequest, wideRequest } from './model/arbitraries.ts';
import { asValue, withoutMessages } from './model/compare.ts';
import { type Call, isExplained } from './model/linearize.ts';
import { type Shown, shownObject } from './model/show.ts';
import { emptyTenant, type Tenant } from './model/tenant.ts';

let hosts: readonly RunningFunctionsHost[];
beforeAll(async () => {
  hosts = await Promise.all([startService(), startService()]);
});
afterAll(() => Promise.all(hosts.map((host) => host.stop())));

type Client = Awaited<ReturnType<typeof registerTenant>>;

/** Sends a request to a host; a client that is told to come back does so, as `Retry-After` says. */
async function call({ tenantId }: Client, host: RunningFunctionsHost, request: HotRequest): Promise<Call | 'busy'> {
  const url = `${host.url}/api/tenants/${tenantId}`;
  const sentAt = performance.now();
  const { operations } = request;
  const answer = operations
    ? await send(`${url}/exports`, { method: 'POST', body: { operations } })
    : await send(`${url}/sweep`, { method: 'POST' });
  const answeredAt = performance.now();
  if (answer.status === 503) return 'busy';
  expect(answer.status).toBe(200);
  if (operations) return { kind: 'export', operations, results: answer.body.results as Shown[], sentAt, answeredAt };
  const released = (answer.body.released as Shown[]).map(({ propertyName, propertyValue, sourceAnchor }) => {
    return { value: asValue(propertyName, propertyValue), sourceAnchor: String(sourceAnchor) };
  });
  return { kind: 'sweep', released, sentAt, answeredAt };
}

const anchors = ['a', 'b', 'c', 'd'];

async function objectsOf(client: Client): Promise<unknown> {
  return Promise.all(anchors.map(async (anchor) => ofAllTimes((await client.object(anchor)).body)));
}

function inModel(tenant: Tenant): unknown {
  return anchors.map((anchor) => {
    const object = tenant.objects.get(anchor);
    return ofAllTimes(object ? shownObject(tenant, object) : null);
  });
}

/** An object in the form shown, without its messages and times; null for an answer that says that it is not there. */
function ofAllTimes(shown: unknown): unknown {
  const json = JSON.stringify(withoutMessages(shown), (name, value: unknown) => (name === 'whenStarted' ? '' : value));
  const object = JSON.parse(json) as Shown | null;
  return object && 'sourceAnchor' in object ? object : null;
}

/** The requests of a tenant's clients, each client's one after the other. */
type Clients = readonly (readonly HotRequest[])[];

/** Lets the clients of a tenant race, and tells their calls; expects that the auditor finds nothing after them, and all is done. */
async function race(client: Client, requestsOf: Clients): Promise<readonly (Call | 'busy')[]> {
  const answered = await Promise.all(
    requestsOf.map(async (requests, number) => {
      const calls: (Call | 'busy')[] = [];
      const host = hosts[number % hosts.length] as RunningFunctionsHost;
      for (const request of requests) calls.push(await call(client, host, request));
      return calls;
    }),
  );
  const { tenantId } = client;
  const partition = await partitionOf(servicesHere(), newTenant({ tenantId }));
  expect(await audit(partition)).toEqual([]);
  const calls = answered.flat();
  const { unfinished } = await auditPartition(partition, { repairId: 'test', now: new Date() });
  if (!calls.includes('busy')) expect(unfinished).toEqual([]);
  return calls;
}

/** How many histories may have an export that lost every race and was told to come back: few, and a small part of many. */
const mostBusy = { few: 4, ratio: 0.02 };

describe('clients of several processes', () => {
  it(
    `get answers that an order of their requests explains, for each tenant by itself (seed ${seed})`,
    async ({ annotate }) => {
      const counts = { histories: 0, requests: 0, busy: 0 };
      const clients = fc.array(fc.array(hotRequest, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });
      // The clients of two tenants desire the same values at the same time, and hear nothing of each other.
      const tenants = fc.array(clients, { minLength: 1, maxLength: 2 });
      const raced = async (requestsOf: Clients): Promise<void> => {
        const client = await registerTenant(hosts[0] as RunningFunctionsHost);
        const calls = await race(client, requestsOf);
        counts.histories++;
        counts.requests += calls.length;
        // What a request that was told to come back has done so far, no answer tells.
        if (calls.includes('busy')) {
          counts.busy++;
          return;
        }
        const end = await objectsOf(client);
        const explained = isExplained(emptyTenant(), calls as Call[], (tenant) =>
          isDeepStrictEqual(inModel(tenant), end),
        );
        expect(explained, JSON.stringify({ calls, end }, null, 1)).toBe(true);
      };
      try {
        await fc.assert(
          fc.asyncProperty(tenants, async (clientsOf) => {
            await Promise.all(clientsOf.map(raced));
          }),
          runsOf(30),
        );
      } finally {
        await annotate(countsOf(counts));
      }
      expect(counts.busy).toBeLessThanOrEqual(Math.max(mostBusy.few, counts.histories * mostBusy.ratio));
    },
    patienceMs,
  );

  it(
    `leave a tenant in order where their exports are cut into several transactions (seed ${seed})`,
    async ({ annotate }) => {
      const counts = { histories: 0, requests: 0, busy: 0 };
      const clients = fc.array(fc.array(wideRequest, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });
      const raced = async (requestsOf: Clients): Promise<void> => {
        const calls = await race(await registerTenant(hosts[0] as RunningFunctionsHost), requestsOf);
        counts.histories++;
        counts.requests += calls.length;
        if (calls.includes('busy')) counts.busy++;
      };
      await fc.assert(fc.asyncProperty(clients, raced), runsOf(6)).finally(() => annotate(countsOf(counts)));
    },
    patienceMs,
  );
});
