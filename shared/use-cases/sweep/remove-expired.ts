/**
 * Removes the history, the failures and the records of Monday mails that are older than the tenant's `retentionDays`.
 * Behaviour 6.
 *
 * One call removes a limited number of rows. It stores no position; the next call finds the remaining rows.
 */
import { localTimeIn } from '../../calendar/local-time.ts';
import { beginOf, dayOf } from '../../calendar/weeks.ts';
import type { Services } from '../../services.ts';
import type { TimedKind } from '../../store/keys.ts';
import { type Expiry, removeOldFailures, type Removed, removeTimedRows } from '../../store/remove-expired.ts';
import { removeMails } from '../../store/remove-partition.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import type { Tenant } from '../../store/tenant-row.ts';

/** The number of removed rows of each kind. `isMore`: more rows have expired than one call removes. */
export type RemovedRows = Readonly<Record<TimedKind | 'failures' | 'mails', number>> & { readonly isMore: boolean };

/** The kinds of rows whose keys are in the order of time. */
const timedKinds: readonly TimedKind[] = ['history'];

/** The most rows of each kind that one call removes. */
export const mostRemoved = { timed: 5_000, failures: 1_000, mails: 200 };

const dayMs = 86_400_000;

/** Mails are kept at least this long, because a mail reads when the previous one was sent. */
const leastMailDays = 14;

/** Removes the expired rows of a tenant. It can run twice at the same time, and again after any failure. */
export async function removeExpired(
  services: Services,
  tenant: Tenant,
  now: Date,
  most: Readonly<typeof mostRemoved> = mostRemoved,
): Promise<RemovedRows & { readonly counts: StorageCounts }> {
  const counts = noCounts();
  const { retentionDays, registrationId } = tenant;
  const none = { history: 0, failures: 0, mails: 0, isMore: false, counts };
  if (retentionDays === 0) return none;
  return countRequests(counts, async () => {
    const before = expiryOf(retentionDays, now);
    const partition = await services.storage.partition(registrationId, counts);
    const all: Record<string, Removed> = {};
    for (const kind of timedKinds) all[kind] = await removeTimedRows(partition, kind, { before, most: most.timed });
    all.failures = await removeOldFailures(partition, { before, most: most.failures });
    all.mails = await removeOldMails(services, tenant, { now, most: most.mails });
    const removed = Object.entries(all).map(([kind, { count }]) => [kind, count] as const);
    return { ...none, ...Object.fromEntries(removed), isMore: Object.values(all).some(({ isMore }) => isMore) };
  });
}

/** Returns the moment before which rows have expired: the beginning of a day in UTC, at least `days` whole days ago. */
function expiryOf(days: number, now: Date): Date {
  return beginOf(dayOf(new Date(now.getTime() - days * dayMs)));
}

async function removeOldMails(
  { storage }: Services,
  { registrationId, mailTimeZone, retentionDays }: Tenant,
  { now, most }: { now: Date; most: Expiry['most'] },
): Promise<Removed> {
  const days = Math.max(retentionDays, leastMailDays);
  const { week } = localTimeIn(mailTimeZone, expiryOf(days, now));
  return removeMails(await storage.tenants(), registrationId, { beforeWeek: week, most });
}
