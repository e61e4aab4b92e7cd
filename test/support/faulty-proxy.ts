import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';

/** What becomes of a request: it passes, is cut before the storage sees it, or loses its answer. */
export type Fault = 'pass' | 'cut' | 'loseAnswer';

/** A proxy in front of Azurite that fails requests on demand. */
export type FaultyProxy = {
  readonly connectionString: string;
  /** Decides by its number, from 1, what becomes of each request from now on; or of each that writes, reads passing. */
  failWhere: (fault: (number: number) => Fault, which?: 'all' | 'writes') => void;
  /** How many of those requests came since. */
  readonly seen: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts a proxy in front of an Azurite; that of this run unless it says otherwise. */
export async function startFaultyProxy(target = inject('connectionString')): Promise<FaultyProxy> {
  const url = new URL(/TableEndpoint=([^;]+)/.exec(target)?.[1] ?? '');
  let faultOf: (number: number) => Fault = () => 'pass';
  let counted: 'all' | 'writes' = 'all';
  let seen = 0;
  const server = createServer((incoming, outgoing) => {
    const fault = counted === 'all' || incoming.method !== 'GET' ? faultOf(++seen) : 'pass';
    if (fault === 'cut') incoming.destroy();
    else forward(incoming, outgoing, { url, losesAnswer: fault === 'loseAnswer' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: target.replace(url.host, `127.0.0.1:${port}`),
    failWhere: (fault, which = 'all') => {
      faultOf = fault;
      counted = which;
      seen = 0;
    },
    seen: () => seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { url, losesAnswer }: { url: URL; losesAnswer: boolean },
): void {
  const { method, headers, url: path } = incoming;
  const onward = request({ host: url.hostname, port: url.port, method, headers, path }, (answer) => {
    if (losesAnswer) {
      // Only when the storage is done with the request is its answer lost.
      answer.resume().on('end', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
