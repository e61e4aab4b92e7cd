/** Finds what became of a tenant's last Monday mail. */
import { localTimeIn } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenants.ts';
import { readWeekMail, type WeekMail } from '../../store/week-mails.ts';

/** Finds the mail of this week, or, where nothing is known of it yet, that of the week before. */
export async function findLastMail(
  { storage, now }: Services,
  { registrationId, mailTimeZone }: Tenant,
): Promise<WeekMail | undefined> {
  const table = await storage.tenants();
  const { week, previousWeek } = localTimeIn(mailTimeZone, now());
  const [mail, before] = await Promise.all(
    [week, previousWeek].map((each) => readWeekMail(table, each, registrationId)),
  );
  return mail ?? before;
}
