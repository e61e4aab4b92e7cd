import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startAzurite, type RunningAzurite } from '../../../../local/azurite.ts';
import { type RunningMailbox, startMailbox } from '../../../../local/mailbox.ts';
import { openMailer } from '../../../../shared/mail/mailer.ts';
import type { MissedMail } from '../../../../shared/use-cases/monday-mail/close-week.ts';
import { findLastMail } from '../../../../shared/use-cases/monday-mail/find-last-mail.ts';
import type { MailOutcome } from '../../../../shared/use-cases/monday-mail/mail-tenant.ts';
import { runMondayMail } from '../../../../shared/use-cases/monday-mail/run-monday-mail.ts';
import { renderLetter } from '../../../../shared/views/mail/render-letter.ts';
import type { MailServices } from '../../../../shared/use-cases/monday-mail/letter-content.ts';
import type { Services } from '../../../../shared/services.ts';
import { openStorage } from '../../../../shared/store/storage.ts';
import { writeTenant } from '../../../../shared/store/write-tenant.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import type { WeekMail } from '../../../../shared/store/week-mails.ts';
import { exportNow, newTenant, register as registerIn, servicesHere } from '../../../support/storage.ts';
import { group } from '../../directory/fixtures.ts';
import { registrationIdOf } from '../../../../shared/tenant-id.ts';

/** The first run of these tests: a Monday at eight. */
export const monday = new Date('2026-11-16T08:00:00.000Z');
export const hour = 3_600_000;
export const day = 24 * hour;

/** Returns the moment this many milliseconds after the first run. */
export function later(ms: number): Date {
  return new Date(monday.getTime() + ms);
}

/** The outcome of each mail that a run tried, the missed mails, and the error with which the run ended. */
export type RunReport = {
  readonly tried: readonly (readonly [tenantId: string, outcome: MailOutcome['outcome']])[];
  readonly missed: readonly (readonly [tenantId: string, week: string])[];
  readonly error: Error | undefined;
};

/** An Azurite and a mailbox that are emptied before each test, because a run mails all tenants. */
export function useMondayMail() {
  let azurite: RunningAzurite;
  let mailbox: RunningMailbox;

  beforeAll(async () => {
    azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  });
  afterAll(() => azurite.stop());
  beforeEach(async () => {
    mailbox = await startMailbox({ port: 0 });
  });
  afterEach(async () => {
    await mailbox.stop();
    const { storage } = servicesHere(azurite.connectionString);
    await (await storage.tenants()).deleteTable();
    await (await storage.partition(registrationIdOf('any', 1))).table.deleteTable();
  });

  /** The services at a moment; `storage` is another client of the same storage. */
  function at(moment: Date, storage?: Services['storage']): MailServices {
    const { connectionString } = mailbox;
    const services = servicesHere(azurite.connectionString, {
      COMMUNICATION_SERVICES_CONNECTION_STRING: connectionString,
    });
    const { senderAddress } = services.mailer;
    const mailer = openMailer({ connectionString, senderAddress }, { timeoutMs: 300 });
    return { ...services, renderLetter, mailer, now: () => moment, ...(storage ? { storage } : {}) };
  }

  /** Registers a tenant; without a moment, on the day before the Monday of these tests. */
  async function register(tenantId: string, rest: Partial<Tenant> = {}, moment: Date = later(-day)): Promise<Tenant> {
    const tenant = newTenant({ tenantId, recipients: [`admin@${tenantId}.com`], ...rest });
    return registerIn(at(moment), tenant, moment);
  }

  return {
    azurite: () => azurite,
    mailbox: () => mailbox,
    at,
    register,
    /** Registers a tenant and quarantines one value. */
    registerWithErrors: async (
      tenantId: string,
      rest: Partial<Tenant> = {},
      moment: Date = later(-day),
    ): Promise<Tenant> => {
      const tenant = await register(tenantId, rest, moment);
      await exportNow(at(moment), tenant, [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
      return tenant;
    },
    /** Changes the registration of a tenant. */
    change: async (tenant: Tenant, moment: Date = monday): Promise<unknown> =>
      writeTenant(await at(moment).storage.tenants(), tenant, moment),
    run: (moment: Date, storage?: Services['storage']) => runWith(at(moment, storage)),
    mailOf: (tenant: Tenant, moment: Date): Promise<WeekMail | undefined> => findLastMail(at(moment), tenant),
  };
}

/** Runs the Monday mail, and reports its outcomes. */
export async function runWith(services: MailServices): Promise<RunReport> {
  const tried: (readonly [string, MailOutcome['outcome']])[] = [];
  const missed: (readonly [string, string])[] = [];
  const log = {
    tried: (tenantId: string, { outcome }: MailOutcome) => void tried.push([tenantId, outcome]),
    missed: (tenantId: string, { week }: MissedMail) => void missed.push([tenantId, week]),
    failed: () => undefined,
  };
  try {
    await runMondayMail(services, null, log);
    return { tried, missed, error: undefined };
  } catch (error) {
    return { tried, missed, error: error as Error };
  }
}

/** Opens storage without retries. */
export function storageWithoutRetries(connectionString: string): Services['storage'] {
  return openStorage({ connectionString, maxRetries: 0 });
}
