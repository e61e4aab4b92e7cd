/**
 * Reports to the parent process how much the functions host has used so far. It is loaded before the app (`--import`).
 *
 * It counts requests as Node sends them, so the app needs no code for it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The resources that a process has used since it began. */
export type Gauge = {
  /** Of all threads, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory that was ever resident, in bytes. Linux only. */
  readonly peakBytes: number;
  /** The longest time that the event loop was blocked since the last reading, in milliseconds. */
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

/** Reads the peak from /proc, because `resourceUsage` starts from the size of the parent process. */
function peakBytes(): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  if (!found) throw new Error('Cannot read the peak of the memory: /proc/self/status has no VmHWM');
  return Number(found[1]) * 1024;
}
