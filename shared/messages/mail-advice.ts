/** The words about a Monday mail that was not sent: the reason, and what to do. */

/** Why a mail was not sent, and what to do. */
type MailAdvice = { readonly error: string; readonly whatToDo: string };

const toDo = {
  limited:
    'Nothing: the next run sends it. If this happens every week, let the timer run more often (MONDAY_MAIL_SCHEDULE), or request higher limits from Azure Communication Services.',
  denied:
    'The mail service accepts no mail from us. Check COMMUNICATION_SERVICES_CONNECTION_STRING, or the role of the identity of the app on the resource at COMMUNICATION_SERVICES_ENDPOINT; and check that the domain of MAIL_SENDER_ADDRESS is verified and linked to that resource. The next run tries again.',
  refused:
    'Check the recipients, and correct them with PUT /api/tenants/{tenantId}: the next run after that sends the mail. POST /api/tenants/{tenantId}/mail sends one at once.',
  unavailable:
    'Nothing at first: the next run sends it again under the same operation id, so that no recipient gets it twice. If it continues, check whether Azure Communication Services is available.',
} as const;

/** Returns the advice about an attempt that failed. */
export function adviseOnAttempt({
  outcome,
  code,
  reason,
}: {
  readonly outcome: keyof typeof toDo;
  readonly code: string;
  readonly reason: string;
}): MailAdvice {
  return { error: `${code}: ${reason}`, whatToDo: toDo[outcome] };
}

/** The advice if a tenant has errors but no recipients. */
export const adviceOnNoRecipients: MailAdvice = {
  error: 'The tenant has sync errors, but no recipients.',
  whatToDo: 'Set "recipients" with PUT /api/tenants/{tenantId}: the next run after that sends the mail.',
};

/** Why a mail was not sent in its week: no run came, a run was interrupted, or the mail service did not accept the mail. */
export type MissedBecause =
  { readonly cause: 'noRun' | 'cutOff' } | { readonly cause: 'notAccepted'; readonly lastError: string };

const nextMail = 'The next mail is sent on Monday; POST /api/tenants/{tenantId}/mail sends one at once.';

/** Returns the advice about a mail that was not sent before its week was over. */
export function adviseOnMissedMail(because: MissedBecause): MailAdvice {
  switch (because.cause) {
    case 'noRun':
      return {
        error: "The mail was not sent in its week: no run came between the tenant's hour on Monday and Sunday.",
        whatToDo: `Let MONDAY_MAIL_SCHEDULE run every hour from Sunday to Tuesday ("0 0 * * * 0-2"), and check that the timer runs. ${nextMail}`,
      };
    case 'cutOff':
      return {
        error:
          'The mail was not completed in its week: a run was interrupted while it sent it. Some recipients may have it.',
        whatToDo: nextMail,
      };
    case 'notAccepted':
      return {
        error: `The mail was not sent in its week. The last attempt failed: ${because.lastError}`,
        whatToDo: `If a limit was reached, let MONDAY_MAIL_SCHEDULE run more often, or request higher limits. ${nextMail}`,
      };
  }
}
