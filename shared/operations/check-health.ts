/** Says whether the service is well, without anything of a tenant. */
import type { Services } from '../services.ts';
import { type MailAgenda, readMailAgenda } from '../store/mail-agenda.ts';
import { type MailRun, readMailRun } from '../store/mail-runs.ts';
import { type LastRun, readLastRun } from '../store/runs.ts';
import { isDenied, isUnavailable } from '../store/table.ts';
import { withinTime } from '../store/time-bounds.ts';
import type { TimerName } from './run-timer.ts';

/** How the service is: `reasons` says in words what is wrong, and is empty where all is well. */
export type Health = {
  readonly status: 'healthy' | 'unhealthy';
  readonly reasons: readonly string[];
  readonly storage: 'answers' | 'does not answer';
  readonly timers: Readonly<Partial<Record<TimerName, LastRun & { readonly isLate: boolean }>>>;
  /** How the last run of the Monday mail left the tenants, and what stopped it before its end; null before the first. */
  readonly mail: MailRun | null;
};

const denied =
  'The storage refuses this service: its key is wrong, or its identity has no role there. A new role is known after some minutes.';
/** Who asks for the health of a service does not wait long for it. */
const mostMs = 10_000;
const hourMs = 3_600_000;
const sweepGraceMs = 2 * hourMs;
const mailEveryMs = 7 * 24 * hourMs;
const mailGraceMs = 24 * hourMs;

/**
 * Checks that storage answers, that no sweep is more than two hours late, and that no mail has been due for more than a
 * day without a run. A mail that was not sent is told of, but does not make the service unhealthy: it goes on without.
 */
export async function checkHealth({ storage, now }: Services): Promise<Health> {
  let sweep: LastRun;
  let mail: LastRun;
  let mailRun: MailRun | undefined;
  let agenda: MailAgenda | undefined;
  try {
    [sweep, mail, mailRun, agenda] = await withinTime(mostMs, async () => {
      const table = await storage.tenants();
      return Promise.all([
        readLastRun(table, 'sweepQuarantine', now()),
        readLastRun(table, 'sendMondayMail', now()),
        readMailRun(table),
        readMailAgenda(table),
      ]);
    });
  } catch (error) {
    storage.noteFailure(error);
    if (!isUnavailable(error)) throw error;
    const reasons = [isDenied(error) ? denied : 'The storage does not answer.'];
    return { status: 'unhealthy', reasons, storage: 'does not answer', timers: {}, mail: null };
  }
  const sweepIsLate = now().getTime() > sweepDueMs(sweep) + sweepGraceMs;
  const mailIsLate = isMailLate(mail, agenda, now());
  const reasons = [
    ...(sweepIsLate
      ? [`The sweep is more than two hours late: it last ended well ${sweep.succeededAt ?? 'never'}.`]
      : []),
    ...(mailIsLate ? [mailReason(mail, agenda)] : []),
  ];
  return {
    status: reasons.length > 0 ? 'unhealthy' : 'healthy',
    reasons,
    storage: 'answers',
    timers: {
      sweepQuarantine: { ...sweep, isLate: sweepIsLate },
      sendMondayMail: { ...mail, nextDueAt: agenda ? agenda.nextDueAt : mail.nextDueAt, isLate: mailIsLate },
    },
    mail: mailRun ?? null,
  };
}

/**
 * Reports whether the Monday mail is late. A run that has nothing to do leaves nothing behind, so what counts is whether
 * a run has begun since the next mail became due, or, after a tenant was registered or changed, within a week.
 */
function isMailLate({ startedAt, since }: LastRun, agenda: MailAgenda | undefined, now: Date): boolean {
  const isWaited = (from: string | null, graceMs: number): boolean =>
    from !== null && (startedAt ?? '') < from && now.getTime() > Date.parse(from) + graceMs;
  if (!agenda) return now.getTime() > Date.parse(startedAt ?? since) + mailEveryMs + mailGraceMs;
  return isWaited(agenda.nextDueAt, mailGraceMs) || isWaited(agenda.changedAt, mailEveryMs + mailGraceMs);
}

function mailReason({ startedAt }: LastRun, agenda: MailAgenda | undefined): string {
  const due = agenda?.nextDueAt ? ` one has been due since ${agenda.nextDueAt}, and` : '';
  return `The Monday mail is more than a day late:${due} it last ran ${startedAt ?? 'never'}. See whether the timer runs, and whether MONDAY_MAIL_SCHEDULE covers the tenant's Monday.`;
}

/** When the sweep after the last good one was due: an hour later, or when the timer said, whichever is later. */
function sweepDueMs({ succeededAt, since, startedAt, nextDueAt }: LastRun): number {
  const anHourLater = Date.parse(succeededAt ?? since) + hourMs;
  const isOfGoodRun = nextDueAt !== null && succeededAt !== null && startedAt !== null && succeededAt >= startedAt;
  return isOfGoodRun ? Math.max(anHourLater, Date.parse(nextDueAt)) : anHourLater;
}
