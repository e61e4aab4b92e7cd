/** How a run of the Monday mail gets on, and what stops it before its end. */
import type { TaskOutcome } from './mail-tenant.ts';

/** `stoppedBy` says in words what stopped the run, without anything of a tenant; null while it goes on. */
export type Progress = {
  readonly startedAt: Date;
  readonly unavailableInARow: number;
  readonly stoppedBy: string | null;
  /** The mail service has asked for no mail before this moment. */
  readonly notBefore: Date | null;
};

/** The host ends a run after ten minutes; what is left by then is for the next one. */
const longestRunMs = 8 * 60_000;
const mostUnavailableInARow = 3;

/** Begins a run, stopped where it comes earlier than the mail service has asked for. */
export function beginRun(now: Date, notBefore: Date | null): Progress {
  const isEarly = notBefore !== null && now < notBefore;
  return {
    startedAt: now,
    unavailableInARow: 0,
    stoppedBy: isEarly ? limitReached(notBefore) : null,
    notBefore: isEarly ? notBefore : null,
  };
}

/** Tells how a run stands after it has tried a mail. */
export function afterMail(progress: Progress, outcome: TaskOutcome, now: Date): Progress {
  switch (outcome.outcome) {
    case 'limited': {
      const notBefore = new Date(now.getTime() + outcome.retryAfterSeconds * 1000);
      return { ...progress, notBefore, stoppedBy: limitReached(notBefore) };
    }
    case 'denied':
      return { ...progress, stoppedBy: `The mail service accepts no mail from this service (${outcome.code}).` };
    case 'unavailable': {
      const unavailableInARow = progress.unavailableInARow + 1;
      if (unavailableInARow < mostUnavailableInARow) return { ...progress, unavailableInARow };
      const stoppedBy = `The mail service was unavailable ${unavailableInARow} times in a row (${outcome.code}).`;
      return { ...progress, unavailableInARow, stoppedBy };
    }
    case 'sent':
    case 'refused':
    case 'taken': {
      const isOver = now.getTime() - progress.startedAt.getTime() >= longestRunMs;
      return { ...progress, unavailableInARow: 0, stoppedBy: isOver ? 'The time of the run was over.' : null };
    }
  }
}

function limitReached(notBefore: Date): string {
  return `The limit of the mail service was reached: no mail before ${notBefore.toISOString()}.`;
}
