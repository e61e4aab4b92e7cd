/** Sends mail with Azure Communication Services: one request for each mail, and an outcome that the caller can act on. */
import type { EmailClient, EmailMessage } from '@azure/communication-email';
import type { Location } from '../identity/locate.ts';
import { openOnce } from '../open-once.ts';
import { attemptOf, type Attempt } from './attempt.ts';

/** A mail to up to 50 recipients. */
export type Email = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly plainText: string;
  readonly html: string;
};

export type Mailer = {
  /** The sender that the recipients see. */
  readonly senderAddress: string;
  /**
   * Tries once to send a mail. `operationId` is a UUID: the mail service delivers a mail only once, even if it is sent again
   * under the same id.
   */
  readonly send: (email: Email, operationId: string) => Promise<Attempt>;
};

/** The location of the mail service, and the sender of the mails. */
type MailLocation = Location & { readonly senderAddress: string };

const defaultTimeoutMs = 15_000;

/** Opens the mail service. The library is loaded for the first mail, not before. */
export function openMailer(
  location: MailLocation,
  { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {},
): Mailer {
  const { senderAddress } = location;
  const client = openOnce(() => openClient(location));
  return {
    senderAddress,
    send: async (email, operationId) => {
      const message = toMessage(email, senderAddress);
      return sendOnce(await client(), message, { operationId, timeoutMs });
    },
  };
}

async function openClient(location: Location): Promise<EmailClient> {
  const { EmailClient } = await import('@azure/communication-email');
  // The client would sleep as long as `Retry-After` says, and the run would be killed in the meantime.
  const retryOptions = { maxRetries: 0 };
  if ('endpoint' in location) return new EmailClient(location.endpoint, location.credential, { retryOptions });
  const { connectionString } = location;
  const allowInsecureConnection = /endpoint=http:/i.test(connectionString);
  return new EmailClient(connectionString, { allowInsecureConnection, retryOptions });
}

function toMessage({ to, subject, plainText, html }: Email, senderAddress: string): EmailMessage {
  return {
    senderAddress,
    content: { subject, plainText, html },
    recipients: { to: to.map((address) => ({ address })) },
    // Tracking rewrites links, which would disclose the link to the report.
    disableUserEngagementTracking: true,
  };
}

/**
 * Sends a mail, and ends with the answer 202. `beginSend` would then poll for the delivery at once: that counts against a
 * limit, has no result so early, and its failure would look like a failure of the mail.
 */
async function sendOnce(
  client: EmailClient,
  message: EmailMessage,
  { operationId, timeoutMs }: { operationId: string; timeoutMs: number },
): Promise<Attempt> {
  const accepted = new AbortController();
  const onResponse = ({ status }: { status: number }): void => {
    if (status === 202) accepted.abort();
  };
  const abortSignal = AbortSignal.any([accepted.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await client.beginSend(message, { operationId, abortSignal, onResponse });
    return { outcome: 'accepted' };
  } catch (error) {
    return accepted.signal.aborted ? { outcome: 'accepted' } : attemptOf(error, timeoutMs);
  }
}
