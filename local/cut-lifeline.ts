import type { ChildProcess } from 'node:child_process';

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
