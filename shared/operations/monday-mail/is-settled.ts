/** When the mail of a tenant is due, in the tenant's own time, and when there is nothing left to do about it. */
import { localTimeIn } from '../../calendar/local-time.ts';
import type { WeekMailSummary } from '../../store/week-mails.ts';
import type { Tenant } from '../../store/tenants.ts';

/** A week's mail is due from Monday at the tenant's hour on, to the end of Sunday. */
export function isDue({ mailTimeZone, mailHour }: Pick<Tenant, 'mailTimeZone' | 'mailHour'>, now: Date): boolean {
  const { weekday, hour } = localTimeIn(mailTimeZone, now);
  return weekday > 1 || hour >= mailHour;
}

/** What keeps a run from looking at a tenant again. `refusedFor` is what the service would have to accept now. */
export function isSettled(
  known: WeekMailSummary | undefined,
  { tenant, refusedFor, now }: { tenant: Pick<Tenant, 'mailTimeZone'>; refusedFor: string; now: Date },
): boolean {
  switch (known?.status) {
    case 'sent':
      return true;
    case 'sending':
      return known.leaseUntil !== null && Date.parse(known.leaseUntil) > now.getTime();
    case 'failed':
      return known.refusedFor === refusedFor;
    case 'noErrors': {
      // Monday decides: errors that come later in the week are told of on the next one.
      const isMonday = (moment: Date): boolean => localTimeIn(tenant.mailTimeZone, moment).weekday === 1;
      return isMonday(new Date(known.at)) && !isMonday(now);
    }
    case 'waiting':
    case 'noRecipients':
    case undefined:
      return false;
  }
}
