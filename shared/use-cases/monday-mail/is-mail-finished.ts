/** Reports whether the mail of a tenant and week is finished, overdue, or being sent. */
import type { WeekMailSummary } from '../../store/week-mails.ts';
import type { Tenant } from '../../store/tenant-row.ts';

/**
 * Reports whether a run can skip the mail. `refusedFor` is the present sender and recipients: if they changed since the
 * mail service refused them, the mail is tried again.
 *
 * The first run of a week decides that a tenant has no errors. Later errors are reported on the next Monday.
 */
export function isMailFinished(
  known: WeekMailSummary | undefined,
  { tenant, refusedFor, now }: { tenant: Pick<Tenant, 'recipients'>; refusedFor: string; now: Date },
): boolean {
  switch (known?.status) {
    case 'sent':
    case 'noErrors':
    case 'missed':
      return true;
    case 'sending':
      return isBeingSent(known, now);
    case 'failed':
      return known.refusedFor === refusedFor;
    case 'noRecipients':
      return tenant.recipients.length === 0;
    case 'waiting':
    case undefined:
      return false;
  }
}

/** Reports whether a mail of a past week should still have been sent. A refused mail, or one without recipients, is not overdue. */
export function isOverdue(known: WeekMailSummary, now: Date): boolean {
  switch (known.status) {
    case 'waiting':
      return true;
    case 'failed':
      return known.refusedFor === null;
    case 'sending':
      return !isBeingSent(known, now);
    case 'sent':
    case 'noErrors':
    case 'noRecipients':
    case 'missed':
      return false;
  }
}

/** Reports whether a run is sending the mail now: its lease has not ended. */
export function isBeingSent({ status, leaseUntil }: WeekMailSummary, now: Date): boolean {
  return status === 'sending' && leaseUntil !== null && Date.parse(leaseUntil) > now.getTime();
}
