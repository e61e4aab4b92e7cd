/** Runs the work of a timer, and records when it ran and whether it succeeded. */
import type { Services } from '../services.ts';
import { writeRun } from '../store/timer-runs.ts';

/** The timers, by the names of their functions. */
export type TimerName = 'sweepQuarantine' | 'sendMondayMail';

/**
 * Runs the work of a timer, and passes it the time at which it began. `nextDueAt` is when the timer fires next, in
 * ISO 8601; null if the timer did not say.
 */
export async function runTimer(
  { storage, now }: Services,
  { name, nextDueAt }: { name: TimerName; nextDueAt: string | null },
  work: (startedAt: Date) => Promise<void>,
): Promise<void> {
  const table = await storage.tenants();
  const startedAt = now();
  await writeRun(table, name, { startedAt: startedAt.toISOString(), nextDueAt });
  try {
    await work(startedAt);
  } catch (error) {
    await writeRun(table, name, { endedAt: now().toISOString() });
    throw error;
  }
  const endedAt = now().toISOString();
  await writeRun(table, name, { endedAt, succeededAt: endedAt });
}
