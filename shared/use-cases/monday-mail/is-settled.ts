/** When there is nothing left to do about the mail of a tenant and week. */
import type { WeekMailSummary } from '../../store/week-mails.ts';
import type { Tenant } from '../../store/tenants.ts';

/**
 * What keeps a run from looking at a tenant again. `refusedFor` is what the service would have to accept now.
 *
 * That a tenant has no errors is decided by the first run that looks, for the whole week: errors that come later are told
 * of on the next Monday.
 */
export function isSettled(
  known: WeekMailSummary | undefined,
  { tenant, refusedFor, now }: { tenant: Pick<Tenant, 'recipients'>; refusedFor: string; now: Date },
): boolean {
  switch (known?.status) {
    case 'sent':
    case 'noErrors':
    case 'missed':
      return true;
    case 'sending':
      return isClaimed(known, now);
    case 'failed':
      return known.refusedFor === refusedFor;
    case 'noRecipients':
      return tenant.recipients.length === 0;
    case 'waiting':
    case undefined:
      return false;
  }
}

/** Reports whether a mail was left to be sent when its week was over. What was refused, or had no recipient, is not left. */
export function isLeftOver(known: WeekMailSummary, now: Date): boolean {
  switch (known.status) {
    case 'waiting':
      return true;
    case 'failed':
      return known.refusedFor === null;
    case 'sending':
      return !isClaimed(known, now);
    case 'sent':
    case 'noErrors':
    case 'noRecipients':
    case 'missed':
      return false;
  }
}

/** Reports whether a run has the mail to itself now. */
export function isClaimed({ status, leaseUntil }: WeekMailSummary, now: Date): boolean {
  return status === 'sending' && leaseUntil !== null && Date.parse(leaseUntil) > now.getTime();
}
