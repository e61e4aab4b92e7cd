/**
 * Loaded into the functions host before the app (`--import`): tells the parent what the process has used so far.
 *
 * Requests are counted where Node sends them, so that nothing of the app has to know of it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a process has used since it began. */
export type Gauge = {
  /** Of all threads, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory that was ever resident, in bytes. Linux only. */
  readonly peakBytes: number;
  /** The longest time, since this was read before, that the event loop was kept waiting, in milliseconds. */
  readonly longestBlockMs: number;
  /** HTTP requests sent, by method; a transaction is one POST. */
  readonly requests: number;
  readonly writes: number;
  /** Read from the sockets of these requests. */
  readonly bytesRead: number;
};

const loopDelay = monitorEventLoopDelay({ resolution: 10 });
loopDelay.enable();

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
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const longestBlockMs = loopDelay.max / 1e6;
  loopDelay.reset();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    peakBytes: peakBytes(),
    longestBlockMs,
    requests,
    writes,
    bytesRead: [...sockets].reduce((bytes, socket) => bytes + socket.bytesRead, 0),
  };
}

/** Reads the peak from /proc: what `resourceUsage` gives begins with the size of the process that started this one. */
function peakBytes(): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  if (!found) throw new Error('Cannot read the peak of the memory: /proc/self/status has no VmHWM');
  return Number(found[1]) * 1024;
}
