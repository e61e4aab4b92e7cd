import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, readReport, type ReportRequest } from '../../../../shared/use-cases/queries/read-report.ts';
import { isCurrent, readSummary } from '../../../../shared/use-cases/queries/read-summary.ts';
import { sweepTenant } from '../../../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Services } from '../../../../shared/services.ts';
import { readStoredSummary, type Summary } from '../../../../shared/store/summary.ts';
import type { Tenant } from '../../../../shared/store/tenant-row.ts';
import { seedErrors } from '../../../support/seed-errors.ts';
import { exportNow, newTenant, partitionOf, servicesHere } from '../../../support/storage.ts';
import { contact, group, remove, update, user } from '../../directory/fixtures.ts';

const services = servicesHere();
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The services at a later or earlier moment. */
const later = (ms: number): Services => ({ ...services, now: () => new Date(Date.now() + ms) });
const alias = (name: string): string => `smtp:${name}@contoso.com`;
const firstPage: ReportRequest = { query: {}, after: undefined, pageSize: 25 };
const read = (tenant: Tenant, at: Services = services): Promise<Report> => readReport(at, tenant, firstPage);

describe('readReport()', () => {
  it('counts values, objects, properties and types', async () => {
    const tenant = newTenant();
    await exportNow(services, tenant, [user('a', { userPrincipalName: 'x@contoso.com' }), group('b', alias('y'))]);
    await exportNow(services, tenant, [
      user('c', { userPrincipalName: 'x@contoso.com', proxyAddresses: [alias('y')] }),
      contact('d', alias('y')),
    ]);
    const { values, summary } = await read(tenant);
    expect(values).toBe(3);
    expect(summary).toMatchObject({
      objects: 2,
      counts: {
        UserPrincipalName: { User: 1, Group: 0, Contact: 0 },
        ProxyAddresses: { User: 1, Group: 0, Contact: 1 },
      },
    });
  });

  it('returns when the longest waiting object began to wait, and the events of the weeks', async () => {
    const tenant = newTenant();
    await exportNow(later(-20 * dayMs), tenant, [
      group('a', alias('x')),
      group('b', alias('x')),
      group('c', alias('x')),
    ]);
    await exportNow(later(-9 * dayMs), tenant, [remove('a'), update('c', { proxyAddresses: [] })]);
    await sweepTenant(later(-9 * dayMs), tenant.registrationId);
    await exportNow(services, tenant, [group('d', alias('x'))]);
    const { weeks, summary, values } = await read(tenant);
    expect(values).toBe(1);
    expect(Date.now() - Date.parse(summary.oldest ?? '')).toBeLessThan(minuteMs);
    const sum = (name: 'quarantined' | 'released' | 'withdrawn') => weeks.reduce((all, week) => all + week[name], 0);
    expect([sum('quarantined'), sum('released'), sum('withdrawn')]).toEqual([3, 1, 1]);
    expect(weeks[0]?.open).toBe(0);
    expect(weeks.at(-1)?.open).toBe(1);
    expect(Math.max(...weeks.map(({ open }) => open))).toBe(2);
  });

  it('counts again after an event, and keeps the counts of past days', async () => {
    const tenant = newTenant();
    await exportNow(later(-9 * dayMs), tenant, [group('a', alias('x')), group('b', alias('x'))]);
    expect((await read(tenant, later(-8 * dayMs))).values).toBe(1);
    await exportNow(later(-dayMs), tenant, [group('c', alias('x'))]);
    const { summary, values } = await read(tenant);
    expect(values).toBe(2);
    expect(Object.values(summary.days).map(({ quarantined }) => quarantined)).toEqual([1, 1]);
  });
});

describe('isCurrent()', () => {
  const event = { rowKey: 'history|1', at: '2026-11-16T08:00:00.000Z' };
  const taken = (takenAt: string, newestEvent: Summary['newestEvent'] = event) => ({ takenAt, newestEvent }) as Summary;
  const at = (time: string): Date => new Date(`2026-11-16T${time}:00.000Z`);

  it('returns true while there is no new event, however long', () => {
    expect(isCurrent(taken('2026-11-16T08:20:00.000Z'), event, new Date('2027-11-16T08:00:00.000Z'))).toBe(true);
    expect(isCurrent(taken('2026-11-16T08:20:00.000Z', null), null, at('23:00'))).toBe(true);
  });

  it('returns false after a new event', () => {
    const other = { ...event, rowKey: 'history|0' };
    expect(isCurrent(taken('2026-11-16T08:20:00.000Z'), other, at('08:21'))).toBe(false);
    expect(isCurrent(taken('2026-11-16T08:20:00.000Z', null), event, at('08:21'))).toBe(false);
  });

  it('returns true for ten seconds, even after a new event', () => {
    const other = { ...event, rowKey: 'history|0' };
    expect(isCurrent(taken('2026-11-16T08:20:00.000Z'), other, new Date('2026-11-16T08:20:09.999Z'))).toBe(true);
    expect(isCurrent(taken('2026-11-16T08:20:00.000Z'), other, new Date('2026-11-16T08:20:10.000Z'))).toBe(false);
  });

  it('returns true for only a quarter of an hour if the newest event was recent when the summary was taken', () => {
    const soon = taken('2026-11-16T08:10:00.000Z');
    expect(isCurrent(soon, event, at('08:24'))).toBe(true);
    expect(isCurrent(soon, event, at('08:25'))).toBe(false);
  });
});

describe('readReport() of a tenant with 20,000 errors', () => {
  const tenant = newTenant();

  beforeAll(() => seedErrors(services, tenant, 20_000));

  it('counts the errors once, a thousand in each request', async () => {
    const partition = await partitionOf(services, tenant);
    const summary = await readSummary(partition, new Date());
    expect(summary.objects).toBe(20_000);
    expect(partition.counts.rowsRead).toBeLessThan(20_200);
    expect(await readStoredSummary(partition)).toEqual(summary);
  });

  it('costs exactly as much as for a tenant with a hundred errors', async () => {
    const small = newTenant();
    await seedErrors(services, small, 100);
    const costOf = async (which: Tenant) => {
      await read(which);
      const { counts, page } = await read(which);
      expect(page.errors).toHaveLength(25);
      return counts;
    };
    const [few, many] = [await costOf(small), await costOf(tenant)];
    expect(many.requests).toBe(few.requests);
    expect(many.rowsRead).toBe(few.rowsRead);
    expect(many).toMatchObject({ rowsWritten: 0 });
    expect(many.requests).toBeLessThanOrEqual(40);
  });

  it('reads page after page, each at the same cost', async () => {
    const first = await read(tenant);
    const second = await readReport(services, tenant, { ...firstPage, after: first.page.next });
    expect(second.counts.rowsRead).toBeLessThanOrEqual(80);
    const anchors = [...first.page.errors, ...second.page.errors].map(({ object }) => object.sourceAnchor);
    expect(new Set(anchors).size).toBe(50);
  });
});
