/** When the quarantine was last swept, and when it will be next. */
import type { Services } from '../../services.ts';
import { type LastRun, readLastRun } from '../../store/timer-runs.ts';

/** The times of the sweep; `lastAt` is null where none has ended well yet. */
export type SweepTimes = { readonly lastAt: Date | null; readonly nextAt: Date };

const hourMs = 3_600_000;

/** Reads when the sweep last ended well, and when it is next. */
export async function readSweepTimes({ storage, now }: Services): Promise<SweepTimes> {
  const at = now();
  const run = await readLastRun(await storage.tenants(), 'sweepQuarantine', at);
  return { lastAt: run.succeededAt === null ? null : new Date(run.succeededAt), nextAt: nextSweep(run, at) };
}

/** Gives the time of the next sweep: as the timer last said, or, where that is over or unknown, the next full hour. */
export function nextSweep({ nextDueAt }: Pick<LastRun, 'nextDueAt'>, now: Date): Date {
  const due = nextDueAt === null ? Number.NaN : Date.parse(nextDueAt);
  return due > now.getTime() ? new Date(due) : new Date((Math.floor(now.getTime() / hourMs) + 1) * hourMs);
}
