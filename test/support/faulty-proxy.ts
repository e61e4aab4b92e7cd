import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { inject } from 'vitest';
import { listenInstead } from './listen-instead.ts';

/**
 * The outcome of a request: it passes, is cut before the storage sees it, or loses its answer; or the storage answers
 * slowly, with an error, that it is busy (for an hour), never (without or after doing what it was asked), or stops in
 * the middle of the answer.
 */
export type Fault = 'pass' | 'cut' | 'loseAnswer' | SlowFault;

/** The faults of a storage that is there, and slow or refusing. */
export const slowFaults = ['slow', 'error', 'busy', 'busyForAnHour', 'silent', 'silentAfterwards', 'stall'] as const;
export type SlowFault = (typeof slowFaults)[number];

const slowMs = 100;
/** As the service documents its errors: Table service error codes, in JSON. */
const refusals = {
  error: [500, 'InternalError', 'Server encountered an internal error. Please try again after some time.'],
  busy: [503, 'ServerBusy', 'The server is currently unable to receive requests. Please retry your request.'],
  busyForAnHour: [503, 'ServerBusy', 'Ingress/egress is over the account limit.'],
} as const;

/** A proxy in front of Azurite that fails requests on demand. */
export type FaultyProxy = {
  readonly connectionString: string;
  /** Decides by its number, from 1, the outcome of each request from now on; or of each that writes, reads passing. */
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
    else if (fault === 'silent') incoming.resume();
    else if (fault === 'error' || fault === 'busy' || fault === 'busyForAnHour') refuse(incoming, outgoing, fault);
    else setTimeout(() => forward(incoming, outgoing, { url, fault }), fault === 'slow' ? slowMs : 0);
  });
  return {
    ...(await listenInstead(server, { target, host: url.host })),
    failWhere: (fault, which = 'all') => {
      faultOf = fault;
      counted = which;
      seen = 0;
    },
    seen: () => seen,
  };
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, fault: keyof typeof refusals): void {
  const [status, code, value] = refusals[fault];
  const body = JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value } } });
  const headers = {
    'Content-Type': 'application/json',
    ...(fault === 'busyForAnHour' ? { 'Retry-After': '3600' } : {}),
  };
  incoming.resume().on('end', () => outgoing.writeHead(status, headers).end(body));
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { url, fault }: { url: URL; fault: Fault },
): void {
  const { method, headers, url: path } = incoming;
  const onward = request({ host: url.hostname, port: url.port, method, headers, path }, (answer) => {
    if (fault === 'loseAnswer') {
      // Only when the storage is done with the request is its answer lost.
      answer.resume().on('end', () => outgoing.destroy());
      return;
    }
    if (fault === 'silentAfterwards') {
      answer.resume();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    if (fault === 'stall') outgoing.flushHeaders();
    else answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
