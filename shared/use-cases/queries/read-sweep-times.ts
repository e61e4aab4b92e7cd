/** Reads the times of the last sweep and of the next one. */
import type { Services } from '../../services.ts';
import { type LastRun, readLastRun } from '../../store/timer-runs.ts';

/** The times of the sweep; `lastAt` is null if no sweep has succeeded yet. */
export type SweepTimes = { readonly lastAt: Date | null; readonly nextAt: Date };

const hourMs = 3_600_000;

/** Reads when the sweep last succeeded, and when it is next due. */
export async function readSweepTimes({ storage, now }: Services): Promise<SweepTimes> {
  const at = now();
  const run = await readLastRun(await storage.tenants(), 'sweepQuarantine', at);
  return { lastAt: run.succeededAt === null ? null : new Date(run.succeededAt), nextAt: nextSweep(run, at) };
}

/** Returns the time of the next sweep as the timer reported it; if that time is past or unknown, the next full hour. */
export function nextSweep({ nextDueAt }: Pick<LastRun, 'nextDueAt'>, now: Date): Date {
  const due = nextDueAt === null ? Number.NaN : Date.parse(nextDueAt);
  return due > now.getTime() ? new Date(due) : new Date((Math.floor(now.getTime() / hourMs) + 1) * hourMs);
}
