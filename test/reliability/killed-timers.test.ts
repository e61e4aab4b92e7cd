/**
 * The process is killed while a timer of it runs, at each of its requests; the process after it lives a quarter of an
 * hour later, when leases and times of grace are over, and runs the timer again.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { type RunningMailbox, startMailbox } from '../../local/mailbox.ts';
import { deleteTenant } from '../../shared/use-cases/tenants/delete-tenant.ts';
import { findLastMail } from '../../shared/use-cases/monday-mail/find-last-mail.ts';
import { findObject } from '../../shared/use-cases/queries/find-object.ts';
import type { Services } from '../../shared/services.ts';
import { readRemovedRegistrations } from '../../shared/store/removed-registrations.ts';
import { markDeleting } from '../../shared/store/write-tenant.ts';
import { readTenant } from '../../shared/store/read-tenants.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { audit, readAll } from '../support/audit.ts';
import { type KillingProxy, moments, startKillingProxy } from '../support/killing-proxy.ts';
import { recipientsOf, requestsOf } from '../support/mail.ts';
import { type MortalHost, startMortalHost } from '../support/mortal-host.ts';
import { never, send } from '../support/service.ts';
import { patienceMs, positions, seed } from '../support/soak.ts';
import { exportNow, newTenant, partitionOf, register, servicesHere, settings } from '../support/storage.ts';
import { group, remove } from '../shared/directory/fixtures.ts';

const minute = 60_000;
const betweenProcesses = 15 * minute;
/** The next Monday at eight in UTC, so that these tests last in one week. */
const monday = nextMonday(new Date());
let aheadMs = monday.getTime() - Date.now();
const now = (): Date => new Date(Date.now() + aheadMs);

let azurite: RunningAzurite;
let mailbox: RunningMailbox;
let storage: KillingProxy;
let mailService: KillingProxy;
let mortal: MortalHost;
let direct: Services;

beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  mailbox = await startMailbox({ port: 0, now });
  storage = await startKillingProxy(azurite.connectionString);
  mailService = await startKillingProxy(mailbox.connectionString);
  direct = { ...servicesHere(azurite.connectionString), now };
  mortal = await startMortalHost(() => {
    aheadMs += betweenProcesses;
    return {
      ...settings,
      SWEEP_SCHEDULE: never,
      MONDAY_MAIL_SCHEDULE: never,
      AzureWebJobsStorage: storage.connectionString,
      COMMUNICATION_SERVICES_CONNECTION_STRING: mailService.connectionString,
      CLOCK_AHEAD_MS: String(aheadMs),
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../support/clock-ahead.ts')).href}`,
    };
  });
}, 120_000);
afterAll(async () => {
  await mortal.stop();
  await Promise.all([storage.stop(), mailService.stop(), mailbox.stop(), azurite.stop()]);
});

function nextMonday(today: Date): Date {
  const days = ((8 - today.getUTCDay()) % 7) + 7;
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days, 8));
}

/** Runs a timer, as the platform does, and waits for its end. */
async function runTimer(url: string, name: string): Promise<void> {
  const { status, body } = await send(`${url}/admin/functions/${name}?wait=true`, { method: 'POST' });
  if (status !== 200) throw new Error(`${name} failed: ${JSON.stringify(body)}`);
}

let tenants = 0;

/** A tenant whose object "waiter" waits for what "holder" has. */
async function registered(rest: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = newTenant({ tenantId: `t${String(++tenants).padStart(4, '0')}`, ...rest });
  await register(direct, tenant, monday);
  await exportNow(direct, tenant, [group('holder', 'smtp:x@contoso.com'), group('waiter', 'smtp:x@contoso.com')]);
  return tenant;
}

describe('the functions host, killed while it sends the Monday mail', () => {
  it.for([
    ['storage', () => storage, 9],
    ['mail service', () => mailService, 2],
  ] as const)(
    `at its requests to the %s: no recipient gets a mail twice, and none is left out (seed ${seed})`,
    { timeout: patienceMs },
    async ([, proxy, stride], { annotate }) => {
      const deathsBefore = mortal.deaths();
      for (const moment of moments) {
        for (const at of positions(stride)) {
          const [large, small] = [
            await registered({ recipients: people(51) }),
            await registered({ recipients: people(1) }),
          ];
          const wasKilled = await mortal.diesAt({ proxy: proxy(), at, moment }, (url) =>
            runTimer(url, 'sendMondayMail'),
          );
          await runTimer(mortal.url(), 'sendMondayMail');
          for (const tenant of [large, small]) {
            const arrived = (await recipientsOf(mailbox)).filter((address) => tenant.recipients.includes(address));
            expect([`${moment} ${at}`, ...arrived]).toEqual([`${moment} ${at}`, ...tenant.recipients]);
            expect(await findLastMail(direct, tenant)).toMatchObject({ status: 'sent' });
            // Gone before the next ones, so that a run does not get longer from one to the next.
            await deleteTenant(direct, tenant.tenantId);
          }
          if (!wasKilled) break;
        }
      }
      expect((await requestsOf(mailbox)).sends.refused).toEqual({});
      await annotate(`${mortal.deaths() - deathsBefore} processes killed`);
    },
  );
});

let recipients = 0;

function people(count: number): readonly string[] {
  return Array.from({ length: count }, () => `admin${++recipients}@contoso.com`);
}

describe('the functions host, killed while it sweeps all tenants', () => {
  it(
    `at its requests to the storage: the next run sweeps, completes deletions and removes remains (seed ${seed})`,
    async ({ annotate }) => {
      const deathsBefore = mortal.deaths();
      for (const moment of moments) {
        for (const at of positions(7)) {
          const [swept, deleted] = [await registered(), await registered()];
          await exportNow(direct, swept, [remove('holder')]);
          await markDeleting(await direct.storage.tenants(), deleted.tenantId, now());
          const wasKilled = await mortal.diesAt({ proxy: storage, at, moment }, (url) =>
            runTimer(url, 'sweepQuarantine'),
          );
          await runTimer(mortal.url(), 'sweepQuarantine');

          const partition = await partitionOf(direct, swept);
          expect(await audit(partition), `${moment} ${at}`).toEqual([]);
          expect((await findObject(partition, 'waiter')).object.quarantined, `${moment} ${at}`).toEqual([]);
          const left = [...(await readAll(partition)).keys()].filter((rowKey) => rowKey.startsWith('vacated|'));
          expect(left, `${moment} ${at}`).toEqual([]);
          expect(await readTenant(await direct.storage.tenants(), deleted.tenantId)).toBeUndefined();
          expect((await readAll(await partitionOf(direct, deleted))).size).toBe(0);
          await deleteTenant(direct, swept.tenantId);
          if (!wasKilled) break;
          const fresh: readonly string[] = [swept.registrationId, deleted.registrationId];
          expect((await remains()).filter((registrationId) => !fresh.includes(registrationId))).toEqual([]);
        }
      }
      await annotate(`${mortal.deaths() - deathsBefore} processes killed`);
    },
    patienceMs,
  );
});

async function remains(): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const { registrationId } of readRemovedRegistrations(await direct.storage.tenants()))
    all.push(registrationId);
  return all;
}
