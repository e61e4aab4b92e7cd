import { describe, expect, it } from 'vitest';
import { startAzurite } from '../../../../local/azurite.ts';
import { readReport } from '../../../../shared/use-cases/queries/read-report.ts';
import { removeExpired, type RemovedRows } from '../../../../shared/use-cases/sweep/remove-expired.ts';
import { sweepAll } from '../../../../shared/use-cases/sweep/sweep-all.ts';
import { sweepTenant } from '../../../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Services } from '../../../../shared/services.ts';
import { failureFromRow } from '../../../../shared/store/failures.ts';
import { historyFromRow } from '../../../../shared/store/history-row.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { readWeekMail, type WeekMail, writeWeekMail } from '../../../../shared/store/week-mails.ts';
import { audit, readAll } from '../../../support/audit.ts';
import { exportNow, newTenant, partitionOf, register, servicesHere } from '../../../support/storage.ts';
import { group, remove, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();
const alias = 'smtp:x@contoso.com';
const bad = (anchor: string) => user(anchor, { userPrincipalName: 'no at sign' });

/** The services with a fixed clock. */
const at = (time: string, on = services): Services => ({ ...on, now: () => new Date(time) });

/** Quarantines a value on `b` at one time, and releases it at another. */
async function quarantineAndRelease(tenant: Tenant, began: string, ended: string, on = services): Promise<void> {
  await exportNow(at(began, on), tenant, [group('a', alias), group('b', alias)]);
  await exportNow(at(ended, on), tenant, [remove('a')]);
  await sweepTenant(at(ended, on), tenant.registrationId);
}

const remove30 = (tenant: Tenant, now: string, most?: Parameters<typeof removeExpired>[3]) =>
  removeExpired(services, { ...tenant, retentionDays: 30 }, new Date(now), most);

const numbersOf = ({ history, failures, mails, isMore }: RemovedRows) => ({ history, failures, mails, isMore });
const nothing = { history: 0, failures: 0, mails: 0, isMore: false };

async function timesIn(tenant: Tenant, on = services): Promise<{ history: string[]; failures: string[] }> {
  const rows = [...(await readAll(await partitionOf(on, tenant)))];
  const of = (kind: string) => rows.flatMap(([rowKey, row]) => (rowKey.startsWith(kind) ? [row] : []));
  return {
    history: of('history|').map((row) => historyFromRow(row).at),
    failures: of('failure|').map((row) => failureFromRow(row).since),
  };
}

async function keepMail(tenant: Tenant, week: string): Promise<void> {
  const mail: WeekMail = {
    registrationId: tenant.registrationId,
    week,
    status: 'sent',
    at: '2026-01-05T08:00:00.000Z',
    leaseUntil: null,
    previousSentAt: null,
    refusedFor: null,
    error: null,
    whatToDo: null,
    letter: null,
    batches: [],
  };
  await writeWeekMail(await services.storage.tenants(), mail, { etag: undefined, writeId: 'test' });
}

async function keptMails(tenant: Tenant, weeks: readonly string[]): Promise<readonly string[]> {
  const table = await services.storage.tenants();
  const mails = await Promise.all(weeks.map((week) => readWeekMail(table, week, tenant.registrationId)));
  return mails.flatMap((mail) => mail?.week ?? []);
}

describe('removeExpired()', () => {
  it('removes the history and failures before the day that is retentionDays ago, and keeps that day', async () => {
    const tenant = newTenant();
    await quarantineAndRelease(tenant, '2026-10-17T23:59:59.999Z', '2026-10-18T00:00:00.000Z');
    await exportNow(at('2026-10-17T23:59:59.999Z'), tenant, [bad('old')]);
    await exportNow(at('2026-10-18T00:00:00.000Z'), tenant, [bad('kept')]);

    expect(numbersOf(await remove30(tenant, '2026-11-16T23:59:59.999Z'))).toEqual(nothing);
    const removed = await remove30(tenant, '2026-11-17T00:00:00.000Z');
    expect(numbersOf(removed)).toEqual({ ...nothing, history: 1, failures: 1 });
    expect(await timesIn(tenant)).toEqual({
      history: ['2026-10-18T00:00:00.000Z'],
      failures: ['2026-10-18T00:00:00.000Z'],
    });
    expect(numbersOf(await remove30(tenant, '2026-11-17T23:00:00.000Z'))).toEqual(nothing);
  });

  it('keeps everything with 0 days, without a request to storage', async () => {
    const tenant = newTenant({ retentionDays: 0 });
    await quarantineAndRelease(tenant, '2001-01-01T00:00:00.000Z', '2001-01-02T00:00:00.000Z');
    const { counts, ...removed } = await removeExpired(services, tenant, new Date('2026-11-16T08:00:00.000Z'));
    expect([removed, counts.requests]).toEqual([nothing, 0]);
    expect((await timesIn(tenant)).history).toHaveLength(2);
  });

  it('keeps everything with a hundred years, which begin before 1970', async () => {
    const tenant = newTenant({ retentionDays: 36_500 });
    await quarantineAndRelease(tenant, '1970-01-02T00:00:00.000Z', '2026-11-16T00:00:00.000Z');
    expect(numbersOf(await removeExpired(services, tenant, new Date('2026-11-16T08:00:00.000Z')))).toEqual(nothing);
  });

  it('does not change another tenant, even if its id begins with the same characters', async () => {
    const tenant = newTenant();
    const other = newTenant({ tenantId: `${tenant.tenantId}-2` });
    for (const one of [tenant, other]) {
      await quarantineAndRelease(one, '2026-01-05T08:00:00.000Z', '2026-01-06T08:00:00.000Z');
      await exportNow(at('2026-01-05T08:00:00.000Z'), one, [bad('old')]);
      await keepMail(one, '2026-W02');
    }
    const before = await readAll(await partitionOf(services, other));
    expect(numbersOf(await remove30(tenant, '2026-11-16T08:00:00.000Z'))).toEqual({
      ...{ history: 2, failures: 1, mails: 1, isMore: false },
    });
    expect(await readAll(await partitionOf(services, other))).toEqual(before);
    expect(await keptMails(other, ['2026-W02'])).toEqual(['2026-W02']);
  });

  it('removes the mails of earlier weeks, but never of the last two weeks', async () => {
    const tenant = newTenant();
    const weeks = ['2025-W52', '2026-W41', '2026-W42', '2026-W45', '2026-W46', '2026-W47'];
    for (const week of weeks) await keepMail(tenant, week);
    // Thirty days earlier is the Saturday of week 42.
    await remove30(tenant, '2026-11-16T08:00:00.000Z');
    expect(await keptMails(tenant, weeks)).toEqual(weeks.slice(2));
    await removeExpired(services, { ...tenant, retentionDays: 1 }, new Date('2026-11-16T08:00:00.000Z'));
    expect(await keptMails(tenant, weeks)).toEqual(['2026-W45', '2026-W46', '2026-W47']);
  });

  it('removes a limited number of rows in each call, until none is left', async () => {
    const tenant = newTenant();
    const anchors = Array.from({ length: 250 }, (_, n) => `w${n}`);
    const then = at('2026-01-05T08:00:00.000Z');
    await exportNow(then, tenant, [group('h', alias), ...anchors.map((anchor) => group(anchor, alias))]);
    const failing = Array.from({ length: 25 }, (_, n) => bad(`f${n}`));
    await exportNow(then, tenant, failing);
    const weeks = ['2026-W01', '2026-W02', '2026-W03'];
    for (const week of weeks) await keepMail(tenant, week);

    const most = { timed: 120, failures: 10, mails: 2 };
    const step = () => remove30(tenant, '2026-11-16T08:00:00.000Z', most);
    const { counts, ...first } = await step();
    expect(first).toEqual({ history: 120, failures: 10, mails: 2, isMore: true });
    // The history takes two transactions: 100 rows and 20.
    expect(counts.transactions).toBe(2);
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
    const rest = [numbersOf(await step()), numbersOf(await step()), numbersOf(await step())];
    expect(rest).toEqual([
      { history: 120, failures: 10, mails: 1, isMore: true },
      { history: 10, failures: 5, mails: 0, isMore: false },
      nothing,
    ]);
    expect(await timesIn(tenant)).toEqual({ history: [], failures: [] });
  });

  it('makes three storage requests when nothing has expired', async () => {
    const tenant = newTenant();
    await quarantineAndRelease(tenant, '2026-11-01T08:00:00.000Z', '2026-11-02T08:00:00.000Z');
    expect((await remove30(tenant, '2026-11-16T08:00:00.000Z')).counts).toMatchObject({ requests: 3, rowsWritten: 0 });
  });

  it('counts each row once when two calls remove the same rows at the same time', async () => {
    const tenant = newTenant();
    const operations = Array.from({ length: 150 }, (_, n) => group(`w${n}`, alias));
    await exportNow(at('2026-01-05T08:00:00.000Z'), tenant, operations);
    await exportNow(at('2026-01-05T08:00:00.000Z'), tenant, [bad('f')]);
    const both = await Promise.all([1, 2].map(() => remove30(tenant, '2026-11-16T08:00:00.000Z')));
    const total = (kind: 'history' | 'failures'): number => both.reduce((sum, one) => sum + one[kind], 0);
    expect([total('history'), total('failures')]).toEqual([149, 1]);
    expect(await audit(await partitionOf(services, tenant))).toEqual([]);
  });

  it('keeps a failure that an export writes again after it was read', async () => {
    const tenant = newTenant();
    await exportNow(at('2026-01-05T08:00:00.000Z'), tenant, [bad('again'), bad('gone')]);
    const now = '2026-11-16T08:00:00.000Z';
    const other = { operation: 'add', sourceAnchor: 'again', objectType: 'Robot' };
    const racing = withBeforeDelete(services, () => exportNow(at(now), tenant, [other]));
    const removed = await removeExpired(racing, { ...tenant, retentionDays: 30 }, new Date(now));
    expect(numbersOf(removed)).toEqual({ ...nothing, failures: 1 });
    expect((await timesIn(tenant)).failures).toEqual([now]);
  });

  it('leaves a failure removed until its operation fails again', async () => {
    const tenant = newTenant();
    await exportNow(at('2026-01-05T08:00:00.000Z'), tenant, [bad('f')]);
    await remove30(tenant, '2026-11-16T08:00:00.000Z');
    await exportNow(at('2026-11-16T09:00:00.000Z'), tenant, [bad('f')]);
    expect((await timesIn(tenant)).failures).toEqual(['2026-11-16T09:00:00.000Z']);
  });
});

/** The services, with an action that runs once, just before the first single row is deleted. */
function withBeforeDelete(real: Services, act: () => Promise<unknown>): Services {
  let done: Promise<unknown> | undefined;
  const partition: Services['storage']['partition'] = async (...args) => {
    const opened = await real.storage.partition(...args);
    const table = Object.create(opened.table) as typeof opened.table;
    table.deleteEntity = async (...deleted) => {
      await (done ??= act());
      return opened.table.deleteEntity(...deleted);
    };
    return { ...opened, table };
  };
  return { ...real, storage: { ...real.storage, partition } };
}

describe('removeExpired(), after it has removed history', () => {
  it('passes the audit with quarantines that last, that have ended since, and that ended before', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    await exportNow(at('2026-01-05T08:00:00.000Z'), tenant, [
      group('a', alias, 'smtp:y@contoso.com', 'smtp:z@contoso.com'),
      group('b', alias, 'smtp:y@contoso.com', 'smtp:z@contoso.com'),
    ]);
    await exportNow(at('2026-01-06T08:00:00.000Z'), tenant, [
      update('b', { proxyAddresses: [alias, 'smtp:y@contoso.com'] }),
    ]);
    await exportNow(at('2026-11-10T08:00:00.000Z'), tenant, [update('b', { proxyAddresses: [alias] })]);
    expect(numbersOf(await remove30(tenant, '2026-11-16T08:00:00.000Z'))).toMatchObject({ history: 4 });
    expect(await audit(partition)).toEqual([]);
    await exportNow(services, tenant, [remove('a')]);
    await sweepTenant(services, tenant.registrationId);
    expect(await audit(partition)).toEqual([]);
  });

  it('still lets the audit find missing history of later events', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    await exportNow(at('2026-01-05T08:00:00.000Z'), tenant, [group('a', alias), group('b', alias)]);
    await remove30(tenant, '2026-11-16T08:00:00.000Z');
    await exportNow(at('2026-11-16T08:00:00.000Z'), tenant, [group('c', alias)]);
    const newest = [...(await readAll(partition)).keys()].find((rowKey) => rowKey.startsWith('history|')) ?? '';
    await partition.table.deleteEntity(tenant.registrationId, newest);
    expect(await audit(partition)).toEqual([expect.stringContaining('HistoryMissing')]);
  });

  it('passes the audit if retentionDays was smaller for a while', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    await exportNow(at('2026-09-05T08:00:00.000Z'), tenant, [group('a', alias), group('b', alias)]);
    const now = new Date('2026-11-16T08:00:00.000Z');
    await removeExpired(services, { ...tenant, retentionDays: 30 }, now);
    await exportNow(at('2025-01-05T08:00:00.000Z'), tenant, [group('c', alias)]);
    await removeExpired(services, { ...tenant, retentionDays: 400 }, now);
    expect(await audit(partition)).toEqual([]);
  });

  it('keeps the numbers of the report correct, with a summary that passes the audit', async () => {
    const tenant = newTenant();
    const partition = await partitionOf(services, tenant);
    await quarantineAndRelease(tenant, '2026-01-05T08:00:00.000Z', '2026-01-06T08:00:00.000Z');
    await exportNow(at('2026-01-07T08:00:00.000Z'), tenant, [group('c', alias)]);
    const read = (time: string) =>
      readReport(at(time), tenant, { query: { sortField: 'whenStarted' }, after: undefined, pageSize: 10 });
    const before = await read('2026-11-16T08:00:00.000Z');
    await remove30(tenant, '2026-11-16T08:00:00.000Z');
    const after = await read('2026-11-16T08:01:00.000Z');
    expect([after.values, after.weeks]).toEqual([before.values, before.weeks]);
    expect(after.summary.newestEvent).toBeNull();
    expect(await audit(partition)).toEqual([]);
    await exportNow(at('2026-11-16T09:00:00.000Z'), tenant, [group('d', alias)]);
    expect((await read('2026-11-16T09:01:00.000Z')).values).toBe(2);
    expect(await audit(partition)).toEqual([]);
  });
});

describe('sweepAll(), for expired rows', () => {
  it('removes them in the first run of a day, and in the next hour if a limit was reached', async () => {
    const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
    try {
      const own = servicesHere(azurite.connectionString);
      const tenants = [newTenant({ retentionDays: 30 }), newTenant({ retentionDays: 0 })];
      for (const tenant of tenants) {
        await register(own, tenant);
        await quarantineAndRelease(tenant, '2026-10-16T08:00:00.000Z', '2026-10-17T08:00:00.000Z', own);
        // The first tenant has one failure more than a run removes.
        const many = Array.from({ length: tenant.retentionDays > 0 ? 1_001 : 1 }, (_, n) => bad(`f${n}`));
        await exportNow(at('2026-10-16T08:00:00.000Z', own), tenant, many);
      }
      const runs: unknown[] = [];
      const run = async (now: string): Promise<void> => {
        const removed: [string, unknown][] = [];
        const none = (): void => undefined;
        await sweepAll(at(now, own), {
          removed: (tenantId, rows) => removed.push([tenantId, numbersOf(rows)]),
          ...{ swept: none, renewed: none, counted: none, deleted: none, failed: none, ended: none },
        });
        runs.push(Object.fromEntries(removed)[tenants[0]?.tenantId ?? '']);
      };
      for (const hour of ['08', '09', '10']) await run(`2026-11-16T${hour}:00:00.000Z`);
      await run('2026-11-17T00:00:00.000Z');
      expect(runs).toEqual([
        { ...nothing, history: 1, failures: 1_000, isMore: true },
        { ...nothing, failures: 1 },
        undefined,
        { ...nothing, history: 1 },
      ]);
      const [, keeps] = tenants as [Tenant, Tenant];
      const kept = await timesIn(keeps, own);
      expect([kept.history.length, kept.failures.length]).toEqual([2, 1]);
    } finally {
      await azurite.stop();
    }
  });
});
