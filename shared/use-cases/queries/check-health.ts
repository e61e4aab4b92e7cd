/** Checks the health of the service. The answer is public and names no tenant. */
import {
  mailIsLate,
  storageDoesNotAnswer,
  storageRefuses,
  storageRefusesWrites,
  storageTakesNoWrites,
  sweepIsLate,
} from '../../messages/health-reasons.ts';
import type { Services } from '../../services.ts';
import { type MailAgenda, readMailAgenda } from '../../store/mail-agenda.ts';
import { type MailRun, readMailRun } from '../../store/mail-run.ts';
import { type LastRun, readLastRun } from '../../store/timer-runs.ts';
import { isDenied, isFromStorage, isUnavailable, storageErrorCode } from '../../store/table.ts';
import { withinTime } from '../../store/time-bounds.ts';
import type { TimerName } from '../run-timer.ts';

/** The health of the service. `reasons` names each problem in words. */
export type Health = {
  readonly status: 'healthy' | 'unhealthy';
  readonly reasons: readonly string[];
  readonly storage: 'answers' | 'takes no writes' | 'does not answer';
  readonly timers: Readonly<Partial<Record<TimerName, LastRun & { readonly isLate: boolean }>>>;
  /** The outcome of the last Monday mail run; null before the first. */
  readonly mail: MailHealth | null;
};

/** The outcome of a Monday mail run: whether mails failed or wait, but not how many. */
type MailHealth = Pick<MailRun, 'endedAt' | 'stoppedBy' | 'notBefore'> & {
  readonly hasFailed: boolean;
  readonly hasWaiting: boolean;
};

/** Storage must answer a health check within this time. */
const mostMs = 10_000;
const hourMs = 3_600_000;
const sweepGraceMs = 2 * hourMs;
const mailEveryMs = 7 * 24 * hourMs;
const mailGraceMs = 24 * hourMs;

/** For this long, the last result is returned again without a request to storage. */
const rememberedMs = 15_000;
/** For this long, a successful write proves that storage takes writes. */
const writeProvenMs = 60_000;

type Remembered = { readonly at: number; readonly writtenAt: number; readonly health: Promise<Health> };

const remembered = new WeakMap<Services, Remembered>();

/**
 * Returns the health of the service, at most 15 seconds old.
 *
 * Simultaneous callers share one check. While writes succeed, a write is tried once a minute; after a failure, with each
 * check.
 */
export function currentHealth(services: Services): Promise<Health> {
  const at = services.now().getTime();
  const known = remembered.get(services);
  if (known && isWithin(rememberedMs, known.at, at)) return known.health;
  const writtenAt = known?.writtenAt ?? -Infinity;
  const probesWrite = !isWithin(writeProvenMs, writtenAt, at);
  const health = checkHealth(services, { probesWrite });
  remembered.set(services, { at, writtenAt, health });
  return health.then((found) => {
    const isWritten = probesWrite && found.storage === 'answers';
    if (isWritten && remembered.get(services)?.health === health)
      remembered.set(services, { at, writtenAt: at, health });
    return found;
  });
}

/** Reports whether a moment is less than this long ago. A moment in the future is not: the clock was set back. */
function isWithin(milliseconds: number, moment: number, now: number): boolean {
  return moment <= now && now - moment < milliseconds;
}

/**
 * Checks that storage answers and takes writes, that the sweep is at most two hours late, and that no mail has been due
 * for more than a day without a run. A mail that failed is reported, but does not make the service unhealthy.
 */
export async function checkHealth(services: Services, { probesWrite = true } = {}): Promise<Health> {
  const { storage, now } = services;
  let readings: Readings;
  try {
    readings = await withinTime(mostMs, () => takeReadings(services, probesWrite));
  } catch (error) {
    storage.noteFailure(error);
    if (!isUnavailable(error)) throw error;
    const reasons = [isDenied(error) ? storageRefuses : storageDoesNotAnswer];
    return { status: 'unhealthy', reasons, storage: 'does not answer', timers: {}, mail: null };
  }
  const { sweep, mail, mailRun, agenda, writeProblem } = readings;
  const isSweepLate = now().getTime() > sweepDueMs(sweep) + sweepGraceMs;
  const isMailRunLate = isMailLate(mail, agenda, now());
  const reasons = [
    ...(writeProblem === null ? [] : [writeProblem]),
    ...(isSweepLate ? [sweepIsLate(sweep.succeededAt)] : []),
    ...(isMailRunLate ? [mailIsLate(mail.startedAt, agenda?.nextDueAt ?? null)] : []),
  ];
  return {
    status: reasons.length > 0 ? 'unhealthy' : 'healthy',
    reasons,
    storage: writeProblem === null ? 'answers' : 'takes no writes',
    timers: {
      sweepQuarantine: { ...sweep, isLate: isSweepLate },
      sendMondayMail: { ...mail, nextDueAt: agenda ? agenda.nextDueAt : mail.nextDueAt, isLate: isMailRunLate },
    },
    mail: mailRun ? mailHealth(mailRun) : null,
  };
}

/**
 * Reports whether the Monday mail is late. A run without work writes nothing. So the mail is late if no run has begun
 * since a mail became due, or within a week after a tenant was registered or changed.
 */
function isMailLate({ startedAt, since }: LastRun, agenda: MailAgenda | undefined, now: Date): boolean {
  const isLateSince = (from: string | null, graceMs: number): boolean =>
    from !== null && (startedAt ?? '') < from && now.getTime() > Date.parse(from) + graceMs;
  if (!agenda) return now.getTime() > Date.parse(startedAt ?? since) + mailEveryMs + mailGraceMs;
  return isLateSince(agenda.nextDueAt, mailGraceMs) || isLateSince(agenda.changedAt, mailEveryMs + mailGraceMs);
}

/** The rows that a check reads. */
type Readings = {
  readonly sweep: LastRun;
  readonly mail: LastRun;
  readonly mailRun: MailRun | undefined;
  readonly agenda: MailAgenda | undefined;
  /** The reason why storage takes no writes; null if it does, or if no write was tried. */
  readonly writeProblem: string | null;
};

async function takeReadings(services: Services, probesWrite: boolean): Promise<Readings> {
  const { storage, now } = services;
  const table = await storage.tenants();
  const [sweep, mail, mailRun, agenda] = await Promise.all([
    readLastRun(table, 'sweepQuarantine', now()),
    readLastRun(table, 'sendMondayMail', now()),
    readMailRun(table),
    readMailAgenda(table),
  ]);
  return { sweep, mail, mailRun, agenda, writeProblem: probesWrite ? await findWriteProblem(services) : null };
}

/** Tries to write a row. If storage answers and refuses it, for any reason, exports fail too. */
async function findWriteProblem({ storage, now }: Services): Promise<string | null> {
  try {
    await storage.probeWrite(now());
    return null;
  } catch (error) {
    storage.noteFailure(error);
    if (!isFromStorage(error)) throw error;
    if (isDenied(error)) return storageRefusesWrites;
    return storageTakesNoWrites(storageErrorCode(error));
  }
}

function mailHealth({ endedAt, counts, stoppedBy, notBefore }: MailRun): MailHealth {
  return {
    endedAt,
    hasFailed: counts.failed + counts.missed > 0,
    hasWaiting: counts.waiting > 0,
    stoppedBy,
    notBefore,
  };
}

/** Returns when the sweep after the last successful one was due: an hour later, or at the time of the timer if that is later. */
function sweepDueMs({ succeededAt, since, startedAt, nextDueAt }: LastRun): number {
  const anHourLater = Date.parse(succeededAt ?? since) + hourMs;
  const isFromSuccess = nextDueAt !== null && succeededAt !== null && startedAt !== null && succeededAt >= startedAt;
  return isFromSuccess ? Math.max(anHourLater, Date.parse(nextDueAt)) : anHourLater;
}
