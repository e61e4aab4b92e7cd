/** Says whether the service is well, without anything of a tenant. */
import type { Services } from '../services.ts';
import { type LastRun, readLastRun } from '../store/runs.ts';
import { isUnavailable } from '../store/table.ts';
import type { TimerName } from './run-timer.ts';

/** How the service is: `reasons` says in words what is wrong, and is empty where all is well. */
export type Health = {
  readonly status: 'healthy' | 'unhealthy';
  readonly reasons: readonly string[];
  readonly storage: 'answers' | 'does not answer';
  readonly timers: Readonly<Partial<Record<TimerName, LastRun & { readonly isLate: boolean }>>>;
};

const hourMs = 3_600_000;
const sweepGraceMs = 2 * hourMs;

/** Checks that storage answers, and that no sweep is more than two hours late. */
export async function checkHealth({ storage, now }: Services): Promise<Health> {
  let sweep: LastRun;
  let mail: LastRun;
  try {
    const table = await storage.tenants();
    [sweep, mail] = await Promise.all([
      readLastRun(table, 'sweepQuarantine', now()),
      readLastRun(table, 'sendMondayMail', now()),
    ]);
  } catch (error) {
    storage.noteFailure(error);
    if (!isUnavailable(error)) throw error;
    const reasons = ['The storage does not answer.'];
    return { status: 'unhealthy', reasons, storage: 'does not answer', timers: {} };
  }
  const isLate = now().getTime() > sweepDueMs(sweep) + sweepGraceMs;
  const reasons = isLate
    ? [`The sweep is more than two hours late: it last ended well ${sweep.succeededAt ?? 'never'}.`]
    : [];
  return {
    status: isLate ? 'unhealthy' : 'healthy',
    reasons,
    storage: 'answers',
    timers: { sweepQuarantine: { ...sweep, isLate }, sendMondayMail: { ...mail, isLate: false } },
  };
}

/** When the sweep after the last good one was due: an hour later, or when the timer said, whichever is later. */
function sweepDueMs({ succeededAt, since, startedAt, nextDueAt }: LastRun): number {
  const anHourLater = Date.parse(succeededAt ?? since) + hourMs;
  const isOfGoodRun = nextDueAt !== null && succeededAt !== null && startedAt !== null && succeededAt >= startedAt;
  return isOfGoodRun ? Math.max(anHourLater, Date.parse(nextDueAt)) : anHourLater;
}
