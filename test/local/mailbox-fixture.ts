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

/** What `/api/requests` counts of one kind of request. */
export type Counts = { total: number; accepted: number; repeated: number; refused: Record<string, number> };

/** A mailbox of its own for every test, and what a test does with it. */
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
    /** The genuine client. It does not try again by itself unless a test wants it to. */
    client: (options: EmailClientOptions = {}) => clientOf(mailbox, options),
    messages: async () => (await read<{ value: ReceivedMessage[] }>('/api/messages')).value,
    requests: () => read<{ sends: Counts; queries: Counts }>('/api/requests'),
    read,
    faults: (wanted: object) => fetch(`${mailbox.url}/api/faults`, { method: 'POST', body: JSON.stringify(wanted) }),
  };
}

function clientOf({ connectionString }: RunningMailbox, options: EmailClientOptions): EmailClient {
  return new EmailClient(connectionString, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
    ...options,
  });
}

/** The report to so many recipients. */
export function reportTo(...addresses: readonly string[]): EmailMessage {
  return { ...report, recipients: { to: addresses.map((address) => ({ address })) } };
}

/** The report under another subject. */
export function reportAbout(subject: string): EmailMessage {
  return { ...report, content: { ...report.content, subject } };
}
