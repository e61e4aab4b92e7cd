/**
 * The lifeline between a parent and the child it forked: the IPC channel.
 *
 * The operating system cuts it when the parent ends, however it ends, so a child that watches it never outlives its parent.
 */
import type { ChildProcess } from 'node:child_process';

/** Calls `whenCut` once the parent has gone, or has cut the lifeline. Does nothing in a process without a parent that holds one. */
export function watchLifeline(whenCut: () => void): void {
  if (process.send === undefined) return;
  process.once('disconnect', whenCut);
}

/** Stops a child by cutting its lifeline, and waits for its end. A child that has not ended after `patienceMs` is killed. */
export async function cutLifeline(child: ChildProcess, patienceMs = 15_000): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(deadline);
}

/** Whether a child has ended, by itself or by a signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
