/**
 * When the mail of a week may be sent, in the tenant's own time: from its hour of Monday to the end of Saturday.
 *
 * The first run in that time decides. A run that comes on a Sunday sends nothing, for it would tell of the week that ends.
 * A tenant that is registered after its Monday has its first mail on the next one.
 */
import { localTimeIn, momentOf } from '../../calendar/local-time.ts';
import type { Tenant } from '../../store/tenants.ts';

/** What the time of a mail depends on. */
export type MailTime = Pick<Tenant, 'mailTimeZone' | 'mailHour'>;

type Registered = Pick<Tenant, 'mailTimeZone' | 'registeredAt'>;

const monday = 1;
const tuesday = 2;
const sunday = 7;

/** Reports whether the mail of the current week may be sent now. */
export function isDue({ mailTimeZone, mailHour }: MailTime, now: Date): boolean {
  const { weekday, hour } = localTimeIn(mailTimeZone, now);
  return weekday !== sunday && (weekday > monday || hour >= mailHour);
}

/**
 * Reports whether a tenant has a mail in the current week: it was registered by the end of its Monday, or today. On the day
 * on which it is registered a run sends its mail too, so that whoever sets it up can see one.
 */
export function hasMailThisWeek({ mailTimeZone, registeredAt }: Registered, now: Date): boolean {
  if (registeredAt === null) return true;
  const at = new Date(registeredAt);
  const { weekday } = localTimeIn(mailTimeZone, now);
  const startOf = (day: number): Date => momentOf(mailTimeZone, now, { weekday: day, hour: 0 });
  return at < startOf(tuesday) || at >= startOf(weekday);
}

/** Returns the first moment from now on at which a mail becomes due: in this week, or in the next one. */
export function nextDueAt({ mailTimeZone, mailHour: hour }: MailTime, now: Date): Date {
  const thisWeek = momentOf(mailTimeZone, now, { weekday: monday, hour });
  return thisWeek > now ? thisWeek : momentOf(mailTimeZone, now, { weekday: monday, hour, weeksLater: 1 });
}

/** Returns the last week whose mail can no longer be sent: on a Sunday the current one, else the one before. */
export function closedWeek({ mailTimeZone }: Pick<Tenant, 'mailTimeZone'>, now: Date): string {
  const { weekday, week, previousWeek } = localTimeIn(mailTimeZone, now);
  return weekday === sunday ? week : previousWeek;
}

/**
 * Reports whether a tenant was registered by the Monday of the week that was closed last. One that was registered later
 * had no Monday in that week, so that no mail of it can be missing.
 */
export function wasRegisteredInTime({ mailTimeZone, registeredAt }: Registered, now: Date): boolean {
  if (registeredAt === null) return true;
  const weeksLater = localTimeIn(mailTimeZone, now).weekday === sunday ? 0 : -1;
  return new Date(registeredAt) < momentOf(mailTimeZone, now, { weekday: tuesday, hour: 0, weeksLater });
}
