/** Finds a tenant's last Monday mail and its outcome. */
import { localTimeIn } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { readWeekMail, type WeekMail } from '../../store/week-mails.ts';

/** Finds the mail of this week; if it has no row yet, finds the mail of the previous week. */
export async function findLastMail(
  { storage, now }: Services,
  { registrationId, mailTimeZone }: Tenant,
): Promise<WeekMail | undefined> {
  const table = await storage.tenants();
  const { week, previousWeek } = localTimeIn(mailTimeZone, now());
  const [current, previous] = await Promise.all(
    [week, previousWeek].map((each) => readWeekMail(table, each, registrationId)),
  );
  return current ?? previous;
}
