/**
 * The lifeline between a parent and the child it forked: the IPC channel.
 *
 * The operating system cuts it when the parent ends, for any reason. So a child that watches it never outlives its parent.
 */
import type { ChildProcess } from 'node:child_process';

/** Calls `whenCut` once the parent has ended or cut the lifeline. Does nothing in a process without a lifeline. */
export function watchLifeline(whenCut: () => void): void {
  if (process.send === undefined) return;
  process.once('disconnect', whenCut);
}

/** Stops a child by cutting its lifeline, and waits for its end. Kills a child that still runs after `patienceMs`. */
export async function cutLifeline(child: ChildProcess, patienceMs = 15_000): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(deadline);
}

/** Returns whether a child has ended, by itself or by a signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
