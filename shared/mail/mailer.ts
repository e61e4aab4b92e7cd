/** Sends mail by Azure Communication Services: one request a mail, and one answer to each that the caller can act on. */
import type { EmailClient, EmailMessage } from '@azure/communication-email';
import type { Location } from '../identity/locate.ts';
import { attemptOf, type Attempt } from './attempt.ts';

/** A mail to up to 50 recipients. */
export type Email = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly plainText: string;
  readonly html: string;
};

export type Mailer = {
  /** Who sends, as the recipients see it. */
  readonly senderAddress: string;
  /**
   * Tries once to send a mail, and says what came of it. `operationId` is a UUID: the service delivers what is sent
   * again under the same id once only.
   */
  readonly send: (email: Email, operationId: string) => Promise<Attempt>;
};

/** Where the mail service is, with what it is opened, and from whom the mails come. */
export type MailLocation = Location & { readonly senderAddress: string };

const defaultTimeoutMs = 15_000;

/** Opens the mail service. Nothing is loaded, and nothing goes over the wire, before the first mail. */
export function openMailer(
  location: MailLocation,
  { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {},
): Mailer {
  const { senderAddress } = location;
  let client: Promise<EmailClient> | undefined;
  return {
    senderAddress,
    send: async (email, operationId) => {
      client ??= openClient(location);
      const message = toMessage(email, senderAddress);
      return sendOnce(await client, message, { operationId, timeoutMs });
    },
  };
}

async function openClient(location: Location): Promise<EmailClient> {
  const { EmailClient } = await import('@azure/communication-email');
  // By itself it would sleep as long as `Retry-After` says, and the run would be killed meanwhile.
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
    // Tracking rewrites links, and would hand the link to the report to others.
    disableUserEngagementTracking: true,
  };
}

/**
 * Sends, and ends with the 202: `beginSend` would ask at once how the delivery stands, which counts against a limit of
 * its own, says nothing so early, and whose failure would look like that of the mail.
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
