import { EmailClient } from '@azure/communication-email';
import type { EmailClientOptions, EmailMessage } from '@azure/communication-email';
import { afterEach, beforeEach } from 'vitest';
import { startMailbox, type RunningMailbox } from '../../local/mailbox.ts';
import type { ReceivedMessage } from '../../local/mailbox/state.ts';

/** A message that a mailbox accepts. */
export const report: EmailMessage = {
  senderAddress: 'sync@contoso.com',
  content: { subject: 'Joe waits for an address', plainText: 'Joe waits.', html: '<p>Joe waits.</p>' },
  recipients: { to: [{ address: 'admin@contoso.com', displayName: 'Ann Admin' }] },
};

/** The counts of one kind of request in `/api/requests`. */
export type Counts = { total: number; accepted: number; repeated: number; refused: Record<string, number> };

/** Starts a new mailbox for every test, and returns functions to use it. */
export function useMailbox() {
  let mailbox: RunningMailbox;

  beforeEach(async () => {
    mailbox = await startMailbox({ port: 0 });
  });
  afterEach(async () => mailbox.stop());

  async function read<T>(path: string): Promise<T> {
    return (await (await fetch(mailbox.url + path)).json()) as T;
  }

  return {
    running: () => mailbox,
    /** The genuine client. It does not retry by itself unless the options say so. */
    client: (options: EmailClientOptions = {}) => clientOf(mailbox, options),
    messages: async () => (await read<{ value: ReceivedMessage[] }>('/api/messages')).value,
    requests: () => read<{ sends: Counts; queries: Counts }>('/api/requests'),
    read,
    faults: (body: object) => fetch(`${mailbox.url}/api/faults`, { method: 'POST', body: JSON.stringify(body) }),
  };
}

function clientOf({ connectionString }: RunningMailbox, options: EmailClientOptions): EmailClient {
  return new EmailClient(connectionString, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
    ...options,
  });
}

/** Returns the report with other recipients. */
export function reportTo(...addresses: readonly string[]): EmailMessage {
  return { ...report, recipients: { to: addresses.map((address) => ({ address })) } };
}

/** Returns the report with another subject. */
export function reportAbout(subject: string): EmailMessage {
  return { ...report, content: { ...report.content, subject } };
}
