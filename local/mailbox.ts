import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createMailboxServer } from './mailbox/create-mailbox-server.ts';
import { createMailboxState } from './mailbox/state.ts';

export type MailboxOptions = {
  /** 0: any free port. */
  readonly port: number;
  /** The key that requests are signed with, in base64; the same known one in every mailbox unless given. */
  readonly accessKey?: string;
  /** What time it is where the mails come from; that of this machine unless given. */
  readonly now?: () => Date;
};

/** The mailbox as it runs. */
export type RunningMailbox = {
  /** Where the web page, the mail API and `/api` are. */
  readonly url: string;
  readonly port: number;
  /** For an `EmailClient` with `allowInsecureConnection: true`. */
  readonly connectionString: string;
  /** Cuts what is under way, and ends. The messages are gone then. */
  stop(): Promise<void>;
};

// It opens nothing but a mailbox on this machine, and stays the same so that settings can name it.
const knownAccessKey = Buffer.from('the access key of every local mailbox').toString('base64');

/**
 * Starts the local mailbox: what Azure Communication Services Email is to an `EmailClient`, with a page that shows what arrived.
 *
 * It listens on this machine only and keeps the messages in memory. `local/mailbox/README.md` describes what it answers.
 * Rejects with a message that names the port and its setting when the port is in use.
 */
export async function startMailbox(options: MailboxOptions): Promise<RunningMailbox> {
  const { accessKey = knownAccessKey, now = () => new Date() } = options;
  const server = createMailboxServer(createMailboxState({ accessKey, now }));
  const port = await listen(server, options.port);
  const url = `http://127.0.0.1:${port}`;
  return { url, port, connectionString: `endpoint=${url}/;accesskey=${accessKey}`, stop: () => stop(server) };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(whyItCannotListen(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function whyItCannotListen(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  const advice = `Choose another one: MAILBOX_PORT=${port + 10} npm start`;
  return new Error(`Cannot start the mailbox: port ${port} is in use. ${advice}`, { cause: error });
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
