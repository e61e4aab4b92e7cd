/** Sends the Monday mail: to each tenant in the order of their ids, as far as the limits of the mail service allow. */
import { pMapIterable } from 'p-map';
import { zoneRules } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import { type MailCounts, readMailRun, writeMailRun } from '../../store/mail-run.ts';
import { allTenants, type Tenant } from '../../store/tenants.ts';
import { type MailAgenda, settleMailAgenda } from '../../store/mail-agenda.ts';
import type { MissedMail } from './close-week.ts';
import { type Look, lookAtTenant, weekReader } from './look-at-tenant.ts';
import { mailTenant, type TaskOutcome } from './mail-tenant.ts';
import { afterMail, beginRun, type Progress } from './progress.ts';
import type { MailServices } from './letter-content.ts';

/** Told of each tenant that a mail was tried for, of each mail that was missed, and of what failed otherwise. */
export type MailLog = {
  readonly tried: (tenantId: string, outcome: TaskOutcome) => void;
  readonly missed: (tenantId: string, missed: MissedMail) => void;
  readonly failed: (tenantId: string, error: unknown) => void;
  /** Told of how many tenants the run left how: the health, which anyone may ask for, does not say. */
  readonly ended?: (counts: MailCounts) => void;
};

const tenantsSideBySide = 8;
const mostNamed = 20;

/**
 * Sends the mails that are due and have not been sent, and writes into the agenda when the next one is due.
 *
 * Stops at the first answer that says that no more can be sent now, without a further request; the next run goes on
 * where this one stopped. A tenant's failure is recorded there and stops no other; it makes the whole fail at the end,
 * with an error that names the tenants. If the run dies, the agenda stays as it was, and the next run does its work.
 */
export async function sendMondayMail(
  services: MailServices,
  log: MailLog,
  { agenda, startedAt }: { readonly agenda: MailAgenda | undefined; readonly startedAt: Date },
): Promise<void> {
  const { now, storage } = services;
  const table = await storage.tenants();
  const notBefore = (await readMailRun(table))?.notBefore ?? null;
  const progress = beginRun(startedAt, notBefore === null ? null : new Date(notBefore));
  const run: Run = { progress, failed: [], nextDueAt: null, isOpen: false };
  const counts = { sent: 0, noErrors: 0, noRecipients: 0, failed: 0, waiting: 0, sending: 0, missed: 0, notDue: 0 };
  const tenants = allTenants(table, (damaged) => {
    fail(run, damaged.tenantId, { error: damaged, log });
    counts.failed++;
  });
  for await (const found of looksAt(tenants, services, run)) {
    counts[await serve(services, run, { ...found, log })]++;
  }
  log.ended?.(counts);
  await writeMailRun(table, {
    endedAt: now().toISOString(),
    counts,
    stoppedBy: run.progress.stoppedBy,
    notBefore: run.progress.notBefore?.toISOString() ?? null,
  });
  await settleMailAgenda(table, agenda, { nextDueAt: nextLookAt(run)?.toISOString() ?? null, zoneRules });
  if (run.failed.length > 0) throw new Error(failureOf(run));
}

/** What a run that is left with open mails leaves to the next one is due at once, or when the mail service allows it. */
function nextLookAt({ progress, nextDueAt, isOpen }: Run): Date | null {
  if (!isOpen) return nextDueAt;
  const { notBefore, startedAt } = progress;
  return earlier(notBefore ?? startedAt, nextDueAt);
}

function earlier(left: Date, right: Date | null): Date {
  return right !== null && right < left ? right : left;
}

/** `nextDueAt` is the earliest of the tenants that are settled; `isOpen` says whether any is not. */
type Run = { progress: Progress; readonly failed: string[]; nextDueAt: Date | null; isOpen: boolean };

type Found = { readonly tenant: Tenant; readonly look?: Look; readonly error?: unknown };

/** Looks at the tenants, several side by side, and gives them in their order. */
function looksAt(tenants: AsyncIterable<Tenant>, services: Services, run: Run): AsyncIterable<Found> {
  const view = { weekOf: weekReader(services), isStopped: () => run.progress.stoppedBy !== null };
  const look = async (tenant: Tenant): Promise<Found> => {
    try {
      return { tenant, look: await lookAtTenant(services, tenant, view) };
    } catch (error) {
      return { tenant, error };
    }
  };
  return pMapIterable(tenants, look, { concurrency: tenantsSideBySide });
}

/** Sends a tenant's mail where there is one to send; gives where the tenant stands then. */
async function serve(
  services: MailServices,
  run: Run,
  { tenant: { tenantId }, look, error, log }: Found & { log: MailLog },
): Promise<keyof MailCounts> {
  try {
    if (!look) throw error;
    if (look.nextDueAt) run.nextDueAt = earlier(look.nextDueAt, run.nextDueAt);
    if (look.missed) {
      log.missed(tenantId, look.missed);
      run.failed.push(tenantId);
    }
    if (!look.task || run.progress.stoppedBy !== null) {
      run.isOpen ||= look.isOpen;
      return look.standing;
    }
    const outcome = await mailTenant(services, look.task);
    log.tried(tenantId, outcome);
    run.progress = afterMail(run.progress, outcome, services.now());
    run.isOpen ||= outcome.outcome !== 'sent' && outcome.outcome !== 'refused';
    const standing = standingAfter[outcome.outcome];
    if (standing === 'failed') run.failed.push(tenantId);
    return standing;
  } catch (failure) {
    services.storage.noteFailure(failure);
    fail(run, tenantId, { error: failure, log });
    return 'failed';
  }
}

function fail(run: Run, tenantId: string, { error, log }: { error: unknown; log: MailLog }): void {
  log.failed(tenantId, error);
  run.failed.push(tenantId);
  run.isOpen = true;
}

const standingAfter: Readonly<Record<TaskOutcome['outcome'], keyof MailCounts>> = {
  sent: 'sent',
  taken: 'sending',
  limited: 'waiting',
  denied: 'failed',
  refused: 'failed',
  unavailable: 'failed',
};

function failureOf({ failed, progress: { stoppedBy } }: Run): string {
  const named = failed.slice(0, mostNamed).join(', ') + (failed.length > mostNamed ? ', ...' : '');
  const stop = stoppedBy === null ? '' : ` ${stoppedBy}`;
  return `Cannot mail ${failed.length} tenants: ${named}.${stop} GET /api/tenants/{tenantId} says why; the next run tries again.`;
}
