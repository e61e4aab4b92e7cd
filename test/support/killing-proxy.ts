import { createServer, request } from 'node:http';
import { listenInstead } from './listen-instead.ts';

/** Where in a request a process is killed: before it arrives, or after it is done. */
export const moments = ['before', 'after'] as const;
export type Moment = (typeof moments)[number];

/** A proxy in front of a storage or a mail service that kills a process at one of the requests. */
export type KillingProxy = {
  readonly connectionString: string;
  /** From now on counts the requests, or those that write, and kills at the one with this number, from 1. */
  killAt: (number: number, moment: Moment, kill: () => void, which?: 'all' | 'writes') => void;
  /** How many of those requests came since. */
  readonly seen: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts a proxy in front of what a connection string names; it passes all on until it is told to kill. */
export async function startKillingProxy(target: string): Promise<KillingProxy> {
  const url = new URL(/(?:^|Table)endpoint=([^;]+)/i.exec(target)?.[1] ?? '');
  let plan = { number: 0, moment: 'before' as Moment, kill: (): void => undefined };
  let counted: 'all' | 'writes' = 'all';
  let seen = 0;
  const server = createServer((incoming, outgoing) => {
    const isIt = (counted === 'all' || incoming.method !== 'GET') && ++seen === plan.number;
    if (isIt && plan.moment === 'before') {
      plan.kill();
      incoming.destroy();
      return;
    }
    const { method, headers, url: path } = incoming;
    const onward = request({ host: url.hostname, port: url.port, method, headers, path }, (answer) => {
      if (isIt) {
        // Only when the request is done does the process die.
        answer.resume().on('end', () => {
          plan.kill();
          outgoing.destroy();
        });
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  return {
    ...(await listenInstead(server, { target, host: url.host })),
    killAt: (number, moment, kill, which = 'all') => {
      plan = { number, moment, kill };
      counted = which;
      seen = 0;
    },
    seen: () => seen,
  };
}
