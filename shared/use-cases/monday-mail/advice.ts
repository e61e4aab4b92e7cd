/** What is recorded at a tenant whose mail was not sent: what happened, and what to do about it. */
import type { FailedAttempt } from '../../mail/attempt.ts';

/** Why a mail was not sent, and what to do. */
export type MailAdvice = { readonly error: string; readonly whatToDo: string };

const toDo: Readonly<Record<FailedAttempt['outcome'], string>> = {
  limited:
    'Nothing: the next run sends it. Where this happens every week, let the timer run more often (MONDAY_MAIL_SCHEDULE) or have the limits of Azure Communication Services raised.',
  denied:
    'The service that sends mail accepts none from us. Check COMMUNICATION_SERVICES_CONNECTION_STRING, or the role that the identity of the app has on the resource at COMMUNICATION_SERVICES_ENDPOINT, and that the domain of MAIL_SENDER_ADDRESS is verified and linked to that resource. The next run tries again.',
  refused:
    'Check the recipients, and correct them with PUT /api/tenants/{tenantId}: the next run after that sends the mail. POST /api/tenants/{tenantId}/mail tries at once.',
  unavailable:
    'Nothing at first: the next run sends it again, under the same operation id, so that nobody gets it twice. Where it goes on, see whether Azure Communication Services is available.',
};

/** Words a failed attempt. */
export function adviseOnAttempt({ outcome, code, reason }: FailedAttempt): MailAdvice {
  return { error: `${code}: ${reason}`, whatToDo: toDo[outcome] };
}

/** The advice where a tenant has errors, and nobody is to be told. */
export const adviceOnNoRecipients: MailAdvice = {
  error: 'The tenant has sync errors, but no recipients.',
  whatToDo: 'Set "recipients" with PUT /api/tenants/{tenantId}: the next run after that sends the mail.',
};

/** Why a mail was not sent in its week: no run came, one was cut off while it sent, or the mail service did not accept it. */
export type MissedBecause =
  { readonly cause: 'noRun' | 'cutOff' } | { readonly cause: 'notAccepted'; readonly lastError: string };

/** The advice for a mail that was not sent before its week was over. */
export function adviseOnMissedMail(because: MissedBecause): MailAdvice {
  switch (because.cause) {
    case 'noRun':
      return {
        error: 'The mail was not sent in its week: no run came between the hour of the tenant on Monday and Sunday.',
        whatToDo: `Let MONDAY_MAIL_SCHEDULE run every hour from Sunday to Tuesday ("0 0 * * * 0-2"), and see whether the timer runs. ${untilMonday}`,
      };
    case 'cutOff':
      return {
        error:
          'The mail was not completed in its week: a run was cut off while it sent it. Some recipients may have it.',
        whatToDo: untilMonday,
      };
    case 'notAccepted':
      return {
        error: `The mail was not sent in its week. The last attempt failed: ${because.lastError}`,
        whatToDo: `If a limit was reached, let MONDAY_MAIL_SCHEDULE run more often, or have the limits raised. ${untilMonday}`,
      };
  }
}

const untilMonday = 'The next mail is sent on Monday; POST /api/tenants/{tenantId}/mail sends one at once.';
