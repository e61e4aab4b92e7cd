/**
 * Loaded into the functions host before the app (`--import`): tells the parent what the process has used so far.
 *
 * Requests are counted where Node sends them, so that nothing of the app has to know of it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** What a process has used since it began. */
export type Gauge = {
  /** Of all threads, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory that was ever resident, in bytes. */
  readonly peakBytes: number;
  /** HTTP requests sent, by method; a transaction is one POST. */
  readonly requests: number;
  readonly writes: number;
  /** Read from the sockets of these requests. */
  readonly bytesRead: number;
};

let requests = 0;
let writes = 0;
const sockets = new Set<Socket>();

subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest };
  requests++;
  if (request.method !== 'GET') writes++;
  if (request.socket) sockets.add(request.socket);
  else request.once('socket', (socket) => sockets.add(socket));
});

process.on('message', (message) => {
  if (message === 'gauge') process.send?.({ gauge: readGauge() });
});

function readGauge(): Gauge {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    peakBytes: maxRSS * 1024,
    requests,
    writes,
    bytesRead: [...sockets].reduce((bytes, socket) => bytes + socket.bytesRead, 0),
  };
}
