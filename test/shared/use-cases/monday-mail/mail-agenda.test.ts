/** Runs without work cost one request, and no mail that was due is missed silently. */
import { describe, expect, it } from 'vitest';
import { deleteTenant } from '../../../../shared/use-cases/tenants/delete-tenant.ts';
import { checkHealth } from '../../../../shared/use-cases/queries/check-health.ts';
import { readMailAgenda } from '../../../../shared/store/mail-agenda.ts';
import { countRequests, noCounts } from '../../../../shared/store/table.ts';
import { localTimeIn } from '../../../../shared/calendar/local-time.ts';
import { faultsOf, messagesOf, recipientsOf } from '../../../support/mail.ts';
import { exportNow } from '../../../support/storage.ts';
import { group } from '../../directory/fixtures.ts';
import { day, hour, later, monday, runWith, useMondayMail } from './fixture.ts';

const { at, change, mailbox, mailOf, register, registerWithErrors, run } = useMondayMail();
const agendaRow = { partitionKey: 'tenant', rowKey: '|mailAgenda' };

/** Runs in a new process, and counts its requests to storage. */
async function requestsOfRun(moment: Date): Promise<number> {
  const counts = noCounts();
  await countRequests(counts, () => run(moment));
  return counts.requests;
}

describe('runMondayMail() when nothing is due', () => {
  it('costs one request after a mail was sent, after none was needed, and before the next is due', async () => {
    await registerWithErrors('contoso');
    await register('fabrikam');
    await registerWithErrors('nobody', { recipients: [] });
    await run(monday);
    for (const moment of [later(1), later(hour), later(day), later(6 * day), later(7 * day - 1)]) {
      expect(await requestsOfRun(moment)).toBe(1);
    }
    expect(await requestsOfRun(later(7 * day))).toBeGreaterThan(1);
    expect(await requestsOfRun(later(7 * day))).toBe(1);
  });

  it('costs one request if there is no tenant', async () => {
    await run(monday);
    expect(await requestsOfRun(later(hour))).toBe(1);
  });

  it('costs one request until the moment from which the mail service accepts mail', async () => {
    await registerWithErrors('contoso');
    await faultsOf(mailbox(), { next: [{ kind: 'throttle', retryAfterSeconds: 600 }] });
    await run(monday);
    expect(await requestsOfRun(later(599_000))).toBe(1);
    expect((await run(later(600_000))).tried).toEqual([['contoso', 'sent']]);
  });

  it('costs one request after a refusal, until the tenant is changed', async () => {
    const tenant = await registerWithErrors('contoso');
    await faultsOf(mailbox(), { next: [{ kind: 'refuseRecipient', address: 'admin@contoso.com' }] });
    await run(monday);
    expect(await requestsOfRun(later(hour))).toBe(1);
    await change({ ...tenant, recipients: ['ann@contoso.com'] }, later(hour));
    expect((await run(later(2 * hour))).tried).toEqual([['contoso', 'sent']]);
  });
});

describe('runMondayMail() after a change', () => {
  it('mails a tenant that was registered during the previous run', async () => {
    await registerWithErrors('m-contoso');
    const services = at(monday);
    const mailer: typeof services.mailer = {
      ...services.mailer,
      // By now, the run has passed the place of the new tenant in the order of ids.
      async send(email, operationId) {
        await registerWithErrors('a-fabrikam', {}, monday);
        return services.mailer.send(email, operationId);
      },
    };
    expect((await runWith({ ...services, mailer })).tried).toEqual([['m-contoso', 'sent']]);
    expect((await run(later(1))).tried).toEqual([['a-fabrikam', 'sent']]);
    expect(await requestsOfRun(later(hour))).toBe(1);
  });

  it.each([
    ['hour', { mailHour: 9 }],
    ['zone', { mailTimeZone: 'Etc/GMT+1' }],
  ])('sends in the hour that is due in the new %s', async (_, rest) => {
    const tenant = await registerWithErrors('contoso', { mailHour: 20 });
    await run(monday);
    await change({ ...tenant, mailHour: 8, ...rest });
    expect((await run(later(hour - 1))).tried).toEqual([]);
    expect(await requestsOfRun(later(hour - 1))).toBe(1);
    expect((await run(later(hour))).tried).toEqual([['contoso', 'sent']]);
  });

  it('sends no second mail in a week if the zone and hour are changed after the first', async () => {
    const tenant = await registerWithErrors('contoso');
    await run(monday);
    for (const [n, mailTimeZone] of ['Pacific/Kiritimati', 'Etc/GMT+12', 'UTC'].entries()) {
      await change({ ...tenant, mailTimeZone, mailHour: 23 }, later(n * hour));
      await run(later(n * hour));
      await run(later((n + 16) * hour));
    }
    expect(await messagesOf(mailbox())).toHaveLength(1);
  });

  it('checks the tenants again if the rules of time zones have changed since the last run', async () => {
    await registerWithErrors('contoso');
    await run(monday);
    const table = await at(monday).storage.tenants();
    await table.updateEntity({ ...agendaRow, zoneRules: '1999a' }, 'Merge');
    expect(await requestsOfRun(later(hour))).toBeGreaterThan(1);
    expect(await requestsOfRun(later(hour))).toBe(1);
  });

  it('does not let a run overwrite a change that was made after it read the agenda', async () => {
    const tenant = await registerWithErrors('contoso', { mailHour: 20 });
    const services = at(monday);
    // After its agenda, the run reads the outcome of the last run.
    const tenants = async () => {
      const real = await services.storage.tenants();
      const table = Object.create(real) as typeof real;
      table.getEntity = async (partitionKey, rowKey, options) => {
        if (rowKey === 'sendMondayMail|outcome') await change({ ...tenant, mailHour: 9 });
        return real.getEntity(partitionKey, rowKey, options);
      };
      return table;
    };
    await runWith({ ...services, storage: { ...services.storage, tenants } });
    expect(await readMailAgenda(await services.storage.tenants())).toMatchObject({ changedAt: monday.toISOString() });
    await run(later(1));
    expect((await run(later(hour))).tried).toEqual([['contoso', 'sent']]);
  });
});

describe('runMondayMail() with the default schedule', () => {
  it('mails tenants in the outermost time zones in their hour, once a week, and idles otherwise', async () => {
    const zones: readonly (readonly [string, string, number])[] = [
      ['a', 'Pacific/Kiritimati', 0],
      ['b', 'Pacific/Chatham', 8],
      ['c', 'Australia/Eucla', 23],
      ['d', 'Asia/Kathmandu', 6],
      ['e', 'Europe/Berlin', 23],
      ['f', 'America/St_Johns', 0],
      ['g', 'Etc/GMT+12', 0],
      ['h', 'Etc/GMT+12', 23],
    ];
    const start = Date.parse('2026-12-17T12:00:00Z');
    for (const [id, mailTimeZone, mailHour] of zones) {
      await registerWithErrors(id, { mailTimeZone, mailHour }, new Date(start));
    }
    // Three weeks, including the end of a year and a week 53.
    const mailed = new Map<string, string[]>();
    let idle = 0;
    for (let ms = start; ms < start + 21 * day; ms += hour) {
      const moment = new Date(ms);
      if (moment.getUTCDay() > 2) continue;
      const counts = noCounts();
      const { tried, missed, error } = await countRequests(counts, () => run(moment));
      expect([missed, error]).toEqual([[], undefined]);
      if (counts.requests === 1) idle++;
      for (const [id] of tried) {
        const [, zone = ''] = zones.find(([each]) => each === id) ?? [];
        const { week, weekday, hour: wallHour } = localTimeIn(zone, moment);
        mailed.set(id, [...(mailed.get(id) ?? []), `${week} ${weekday} ${wallHour}`]);
      }
    }
    for (const [id, , mailHour] of zones) {
      expect([id, mailed.get(id)]).toEqual([
        id,
        ['2026-W52', '2026-W53', '2027-W01'].map((week) => `${week} 1 ${mailHour}`),
      ]);
    }
    expect(await messagesOf(mailbox())).toHaveLength(3 * zones.length);
    // Of three times 72 runs, 24 send a mail, and the first one checks the new tenants.
    expect(idle).toBe(3 * 72 - 24 - 1);
  }, 120_000);
});

describe('runMondayMail() after a missed mail', () => {
  const sunday = later(6 * day);

  it('reports it once, does not send it late, and sends the next one', async () => {
    const tenant = await registerWithErrors('contoso');
    expect(await run(sunday)).toMatchObject({
      tried: [],
      missed: [['contoso', '2026-W47']],
      error: { message: expect.stringContaining('Cannot mail 1 tenants: contoso.') },
    });
    expect(await messagesOf(mailbox())).toEqual([]);
    expect(await mailOf(tenant, sunday)).toMatchObject({
      week: '2026-W47',
      status: 'missed',
      error: expect.stringContaining('no run came'),
      whatToDo: expect.stringContaining('MONDAY_MAIL_SCHEDULE'),
    });
    expect((await checkHealth(at(sunday))).mail).toMatchObject({ hasFailed: true, hasWaiting: false });
    expect(await run(later(7 * day - 1))).toEqual({ tried: [], missed: [], error: undefined });
    expect(await run(later(7 * day))).toEqual({ tried: [['contoso', 'sent']], missed: [], error: undefined });
    expect((await checkHealth(at(later(7 * day)))).mail).toMatchObject({ hasFailed: false, hasWaiting: false });
  });

  it('reports it even if the first run comes when the next one is due', async () => {
    await registerWithErrors('contoso');
    expect(await run(later(8 * day))).toMatchObject({
      tried: [['contoso', 'sent']],
      missed: [['contoso', '2026-W47']],
    });
    expect(await messagesOf(mailbox())).toHaveLength(1);
  });

  it('reports the error of the last attempt', async () => {
    const tenant = await registerWithErrors('contoso');
    await faultsOf(mailbox(), { next: Array.from({ length: 9 }, () => ({ kind: 'status', status: 403 })) });
    for (const moment of [monday, later(day), later(5 * day)]) expect((await run(moment)).tried).toHaveLength(1);
    expect((await run(sunday)).missed).toEqual([['contoso', '2026-W47']]);
    expect(await mailOf(tenant, sunday)).toMatchObject({ status: 'missed', error: expect.stringContaining('403') });
  });

  it('reports the mail of an interrupted run once the lease of that run has ended', async () => {
    const tenant = await registerWithErrors('contoso');
    const services = at(later(6 * day - 8 * hour - 1));
    const died = Promise.withResolvers<undefined>();
    const mailer = {
      ...services.mailer,
      send: () => (died.resolve(undefined), new Promise<never>(() => undefined)),
    };
    void runWith({ ...services, mailer });
    await died.promise;
    expect((await run(later(6 * day - 8 * hour))).missed).toEqual([]);
    expect((await run(sunday)).missed).toEqual([['contoso', '2026-W47']]);
    expect(await mailOf(tenant, sunday)).toMatchObject({
      error: expect.stringContaining('Some recipients may have it'),
    });
    expect(await messagesOf(mailbox())).toEqual([]);
  });

  it('reports no mail of a tenant without errors, or of one that was registered after Monday', async () => {
    await register('contoso');
    await registerWithErrors('fabrikam', {}, later(day));
    expect(await run(sunday)).toEqual({ tried: [], missed: [], error: undefined });
    expect((await run(later(7 * day))).tried).toEqual([['fabrikam', 'sent']]);
  });
});

describe('runMondayMail() for a tenant that is registered after Monday', () => {
  const [wednesday, saturday] = [later(2 * day), later(5 * day)];

  it('sends no mail before the next Monday', async () => {
    await registerWithErrors('contoso', {}, wednesday);
    for (const moment of [later(2 * day + 16 * hour), later(3 * day), saturday, later(6 * day)]) {
      expect(await run(moment)).toEqual({ tried: [], missed: [], error: undefined });
    }
    expect((await run(later(7 * day))).tried).toEqual([['contoso', 'sent']]);
  });

  it('sends one mail in a run on the same day, and no other in that week', async () => {
    await registerWithErrors('contoso', {}, wednesday);
    expect((await run(later(2 * day + hour))).tried).toEqual([['contoso', 'sent']]);
    await run(later(3 * day));
    await run(saturday);
    expect(await messagesOf(mailbox())).toHaveLength(1);
  });

  it('sends that mail on a later day if a limit stopped it', async () => {
    await registerWithErrors('contoso', {}, wednesday);
    await faultsOf(mailbox(), { next: [{ kind: 'throttle', retryAfterSeconds: 60 }] });
    expect((await run(later(2 * day + hour))).tried).toEqual([['contoso', 'limited']]);
    expect((await run(later(3 * day))).tried).toEqual([['contoso', 'sent']]);
  });

  it('treats a tenant that was deleted and registered again as a new tenant', async () => {
    const { tenantId } = await registerWithErrors('contoso');
    await deleteTenant(at(later(day)), tenantId);
    const again = await registerWithErrors('contoso', {}, later(day));
    expect((await run(wednesday)).tried).toEqual([]);
    expect((await run(later(7 * day))).tried).toEqual([['contoso', 'sent']]);
    expect(await mailOf(again, later(7 * day))).toMatchObject({ status: 'sent' });
  });
});

describe('runMondayMail() for a tenant without errors in its hour', () => {
  it('reports later errors of the week on the next Monday', async () => {
    const tenant = await register('contoso');
    await run(monday);
    await exportNow(at(later(1)), tenant, [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    for (const moment of [later(hour), later(day), later(2 * day)]) await run(moment);
    expect(await recipientsOf(mailbox())).toEqual([]);
    await run(later(7 * day));
    expect(await recipientsOf(mailbox())).toEqual(['admin@contoso.com']);
  });
});

describe('checkHealth(), for the Monday mail', () => {
  const mailTimer = async (moment: Date) => (await checkHealth(at(moment))).timers.sendMondayMail;

  it('returns when the next mail is due, and is healthy until then without any run', async () => {
    await registerWithErrors('contoso');
    await run(monday);
    expect(await mailTimer(later(6 * day))).toMatchObject({
      isLate: false,
      startedAt: monday.toISOString(),
      nextDueAt: later(7 * day).toISOString(),
    });
  });

  it('is unhealthy if a mail has been due for more than a day without a run', async () => {
    await registerWithErrors('contoso');
    await run(monday);
    expect(await mailTimer(later(8 * day))).toMatchObject({ isLate: false });
    const { reasons } = await checkHealth(at(later(8 * day + 1)));
    expect(reasons).toContainEqual(
      expect.stringContaining(`a mail has been due since ${later(7 * day).toISOString()}`),
    );
    await run(later(8 * day + 1));
    expect(await mailTimer(later(8 * day + 1))).toMatchObject({ isLate: false });
  });

  it('is not late if a run could not send a mail', async () => {
    await registerWithErrors('contoso');
    await faultsOf(mailbox(), { next: [{ kind: 'status', status: 403 }] });
    let ticks = 0;
    await runWith({ ...at(monday), now: () => later(ticks++) });
    const { isLate, startedAt, nextDueAt } = (await mailTimer(later(3 * day))) ?? {};
    expect([isLate, nextDueAt]).toEqual([false, startedAt]);
  });

  it('is late if there was no run for more than eight days after a tenant was registered', async () => {
    await register('contoso');
    expect(await mailTimer(later(7 * day))).toMatchObject({ isLate: false });
    expect(await mailTimer(later(7 * day + 1))).toMatchObject({ isLate: true });
  });
});
