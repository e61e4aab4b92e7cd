/** Says whether the service is well, without anything of a tenant. */
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

/** How the service is: `reasons` says in words what is wrong, and is empty if all is well. */
export type Health = {
  readonly status: 'healthy' | 'unhealthy';
  readonly reasons: readonly string[];
  readonly storage: 'answers' | 'takes no writes' | 'does not answer';
  readonly timers: Readonly<Partial<Record<TimerName, LastRun & { readonly isLate: boolean }>>>;
  /** How the last run of the Monday mail ended; null before the first. */
  readonly mail: MailHealth | null;
};

/** How the last run of the Monday mail ended: whether something was left to do, and never for how many tenants. */
export type MailHealth = Pick<MailRun, 'endedAt' | 'stoppedBy' | 'notBefore'> & {
  readonly hasFailed: boolean;
  readonly hasWaiting: boolean;
};

/** Who asks for the health of a service does not wait long for it. */
const mostMs = 10_000;
const hourMs = 3_600_000;
const sweepGraceMs = 2 * hourMs;
const mailEveryMs = 7 * 24 * hourMs;
const mailGraceMs = 24 * hourMs;

/** How long a health that was found is answered again, well or not: whoever asks more often asks no storage. */
const rememberedMs = 15_000;
/** How long a write that succeeded shows that writes succeed. */
const writeProvenMs = 60_000;

type Remembered = { readonly at: number; readonly writtenAt: number; readonly health: Promise<Health> };

const remembered = new WeakMap<Services, Remembered>();

/**
 * Returns the health of the service as found in the last 15 seconds, and checks it if that is longer ago.
 *
 * However many ask at once, storage is asked once. A write is tried at most once a minute while it succeeds, and with
 * each check after it failed.
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

/** Reports whether a moment is at most so long ago; one that a clock set back puts into the future is not. */
function isWithin(milliseconds: number, moment: number, now: number): boolean {
  return moment <= now && now - moment < milliseconds;
}

/**
 * Checks that storage answers and takes writes, that no sweep is more than two hours late, and that no mail has
 * been due for more than a day without a run. A mail that was not sent is told of, but does not make the service unhealthy: it goes on without.
 */
export async function checkHealth(services: Services, { probesWrite = true } = {}): Promise<Health> {
  const { storage, now } = services;
  let found: Found;
  try {
    found = await withinTime(mostMs, () => look(services, probesWrite));
  } catch (error) {
    storage.noteFailure(error);
    if (!isUnavailable(error)) throw error;
    const reasons = [isDenied(error) ? storageRefuses : storageDoesNotAnswer];
    return { status: 'unhealthy', reasons, storage: 'does not answer', timers: {}, mail: null };
  }
  const { sweep, mail, mailRun, agenda, writeProblem } = found;
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
 * Reports whether the Monday mail is late. A run that has nothing to do leaves nothing behind, so what counts is whether
 * a run has begun since the next mail became due, or, after a tenant was registered or changed, within a week.
 */
function isMailLate({ startedAt, since }: LastRun, agenda: MailAgenda | undefined, now: Date): boolean {
  const isWaited = (from: string | null, graceMs: number): boolean =>
    from !== null && (startedAt ?? '') < from && now.getTime() > Date.parse(from) + graceMs;
  if (!agenda) return now.getTime() > Date.parse(startedAt ?? since) + mailEveryMs + mailGraceMs;
  return isWaited(agenda.nextDueAt, mailGraceMs) || isWaited(agenda.changedAt, mailEveryMs + mailGraceMs);
}

type Found = {
  readonly sweep: LastRun;
  readonly mail: LastRun;
  readonly mailRun: MailRun | undefined;
  readonly agenda: MailAgenda | undefined;
  /** What keeps the service from writing; null if nothing does, or nobody looked. */
  readonly writeProblem: string | null;
};

async function look(services: Services, probesWrite: boolean): Promise<Found> {
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

/** Tries to write. Storage that answers and refuses a write of one row, whatever its reason, takes no export either. */
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

/** When the sweep after the last good one was due: an hour later, or when the timer said, whichever is later. */
function sweepDueMs({ succeededAt, since, startedAt, nextDueAt }: LastRun): number {
  const anHourLater = Date.parse(succeededAt ?? since) + hourMs;
  const isOfGoodRun = nextDueAt !== null && succeededAt !== null && startedAt !== null && succeededAt >= startedAt;
  return isOfGoodRun ? Math.max(anHourLater, Date.parse(nextDueAt)) : anHourLater;
}
