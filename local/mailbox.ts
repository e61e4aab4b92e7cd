import type { Server } from 'node:http';
import { listen } from './listen.ts';
import { createMailboxServer } from './mailbox/create-mailbox-server.ts';
import { createMailboxState } from './mailbox/state.ts';

type MailboxOptions = {
  /** 0: any free port. */
  readonly port: number;
  /** The key that signs requests, in base64; by default the same known key in every mailbox. */
  readonly accessKey?: string;
  /** The clock of the senders; by default that of this machine. */
  readonly now?: () => Date;
};

/** A running mailbox. */
export type RunningMailbox = {
  /** The address of the web page, the mail API and `/api`. */
  readonly url: string;
  readonly port: number;
  /** For an `EmailClient` with `allowInsecureConnection: true`. */
  readonly connectionString: string;
  /** Cuts all connections, and ends. The messages are lost. */
  stop(): Promise<void>;
};

// It opens only a mailbox on this machine. It never changes, so that settings can have it.
const knownAccessKey = Buffer.from('the access key of every local mailbox').toString('base64');

/**
 * Starts the local mailbox: a stand-in for Azure Communication Services Email, with a web page that shows the messages.
 *
 * It listens on this machine only, and keeps the messages in memory. `local/mailbox/README.md` describes its answers.
 * If the port is in use, rejects with a message that names the port and its setting.
 */
export async function startMailbox(options: MailboxOptions): Promise<RunningMailbox> {
  const { accessKey = knownAccessKey, now = () => new Date() } = options;
  const server = createMailboxServer(createMailboxState({ accessKey, now }));
  const onPort = (used: number): string => `MAILBOX_PORT=${used + 10} npm start`;
  const port = await listen(server, options.port, { name: 'the mailbox', onPort });
  const url = `http://127.0.0.1:${port}`;
  return { url, port, connectionString: `endpoint=${url}/;accesskey=${accessKey}`, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
