/**
 * Decides when the mail of a week may be sent, in the tenant's time zone: from its hour on Monday to the end of Saturday.
 *
 * The first run in that time decides. A run on a Sunday sends nothing, because the mail would report on the week that is
 * ending. A tenant that is registered after Monday gets its first mail on the next Monday.
 */
import { localTimeIn, momentOf } from '../../calendar/local-time.ts';
import type { Tenant } from '../../store/tenant-row.ts';

type MailTime = Pick<Tenant, 'mailTimeZone' | 'mailHour'>;

type Registered = Pick<Tenant, 'mailTimeZone' | 'registeredAt'>;

const monday = 1;
const tuesday = 2;
const sunday = 7;

/** Reports whether the mail of the current week may be sent now. */
export function isMailDue({ mailTimeZone, mailHour }: MailTime, now: Date): boolean {
  const { weekday, hour } = localTimeIn(mailTimeZone, now);
  return weekday !== sunday && (weekday > monday || hour >= mailHour);
}

/**
 * Reports whether a tenant has a mail in the current week: it was registered by the end of Monday, or today. A run on the
 * day of the registration sends a mail too, so that the administrator can see one.
 */
export function hasMailThisWeek({ mailTimeZone, registeredAt }: Registered, now: Date): boolean {
  if (registeredAt === null) return true;
  const at = new Date(registeredAt);
  const { weekday } = localTimeIn(mailTimeZone, now);
  const startOf = (day: number): Date => momentOf(mailTimeZone, now, { weekday: day, hour: 0 });
  return at < startOf(tuesday) || at >= startOf(weekday);
}

/** Returns the moment at which the next mail becomes due: in this week, or in the next one. */
export function nextDueAt({ mailTimeZone, mailHour: hour }: MailTime, now: Date): Date {
  const thisWeek = momentOf(mailTimeZone, now, { weekday: monday, hour });
  return thisWeek > now ? thisWeek : momentOf(mailTimeZone, now, { weekday: monday, hour, weeksLater: 1 });
}

/** Returns the last week whose mail can no longer be sent: on a Sunday the current week, otherwise the previous one. */
export function closedWeek({ mailTimeZone }: Pick<Tenant, 'mailTimeZone'>, now: Date): string {
  const { weekday, week, previousWeek } = localTimeIn(mailTimeZone, now);
  return weekday === sunday ? week : previousWeek;
}

/**
 * Reports whether a tenant was registered by the Monday of the last closed week. A tenant that was registered later has
 * no mail in that week, so none can be missing.
 */
export function wasRegisteredInTime({ mailTimeZone, registeredAt }: Registered, now: Date): boolean {
  if (registeredAt === null) return true;
  const weeksLater = localTimeIn(mailTimeZone, now).weekday === sunday ? 0 : -1;
  return new Date(registeredAt) < momentOf(mailTimeZone, now, { weekday: tuesday, hour: 0, weeksLater });
}
