/** The progress of a Monday mail run, and the reasons to stop it early. */
import type { MailOutcome } from './mail-tenant.ts';

/** The progress of a run. `stoppedBy` is the reason in words if the run was stopped; it names no tenant. */
export type MailRunProgress = {
  readonly startedAt: Date;
  readonly unavailableInARow: number;
  readonly stoppedBy: string | null;
  /** The mail service accepts no mail before this moment. */
  readonly notBefore: Date | null;
};

/** The host ends a run after ten minutes. The next run sends the rest. */
const longestRunMs = 8 * 60_000;
const mostUnavailableInARow = 3;

/** Begins a run. Before `notBefore`, the run is stopped from the start. */
export function beginMailRun(now: Date, notBefore: Date | null): MailRunProgress {
  const isEarly = notBefore !== null && now < notBefore;
  return {
    startedAt: now,
    unavailableInARow: 0,
    stoppedBy: isEarly ? limitReached(notBefore) : null,
    notBefore: isEarly ? notBefore : null,
  };
}

/** Returns the progress after an attempt to send a mail. */
export function progressAfter(progress: MailRunProgress, outcome: MailOutcome, now: Date): MailRunProgress {
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
