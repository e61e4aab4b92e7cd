/** Sends the Monday mail: to the tenants in the order of their ids, within the limits of the mail service. */
import { pMapIterable } from 'p-map';
import { zoneRules } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import { type MailCounts, readMailRun, writeMailRun } from '../../store/mail-run.ts';
import { allTenants } from '../../store/read-tenants.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { type MailAgenda, writeMailAgenda } from '../../store/mail-agenda.ts';
import type { MissedMail } from './close-week.ts';
import { type TenantMail, checkTenantMail, createWeekReader } from './check-tenant-mail.ts';
import { mailTenant, type MailOutcome } from './mail-tenant.ts';
import { progressAfter, beginMailRun, type MailRunProgress } from './mail-run-progress.ts';
import type { MailServices } from './letter-content.ts';

/** Called for each attempt to send a mail, each missed mail and each other failure. */
export type MailLog = {
  readonly tried: (tenantId: string, outcome: MailOutcome) => void;
  readonly missed: (tenantId: string, missed: MissedMail) => void;
  readonly failed: (tenantId: string, error: unknown) => void;
  /** Called at the end with the number of tenants by status: health is public and does not show it. */
  readonly ended?: (counts: MailCounts) => void;
};

const tenantsSideBySide = 8;
const mostNamed = 20;

/**
 * Sends the mails that are due, and writes into the agenda when the next one is due.
 *
 * If an answer of the mail service means that no more mails can be sent now, the run stops; the next run continues there.
 * The failure of one tenant is recorded and does not stop the others. At the end the run throws an error that names the
 * failed tenants. If the run dies, the agenda is unchanged, and the next run does its work.
 */
export async function sendMondayMail(
  services: MailServices,
  log: MailLog,
  { agenda, startedAt }: { readonly agenda: MailAgenda | undefined; readonly startedAt: Date },
): Promise<void> {
  const { now, storage } = services;
  const table = await storage.tenants();
  const notBefore = (await readMailRun(table))?.notBefore ?? null;
  const progress = beginMailRun(startedAt, notBefore === null ? null : new Date(notBefore));
  const run: Run = { progress, failed: [], nextDueAt: null, needsAnotherRun: false };
  const counts = { sent: 0, noErrors: 0, noRecipients: 0, failed: 0, waiting: 0, sending: 0, missed: 0, notDue: 0 };
  const tenants = allTenants(table, (damaged) => {
    recordFailure(run, damaged.tenantId, { error: damaged, log });
    counts.failed++;
  });
  for await (const checked of checkTenants(tenants, services, run)) {
    counts[await mailCheckedTenant(services, run, { ...checked, log })]++;
  }
  log.ended?.(counts);
  await writeMailRun(table, {
    endedAt: now().toISOString(),
    counts,
    stoppedBy: run.progress.stoppedBy,
    notBefore: run.progress.notBefore?.toISOString() ?? null,
  });
  await writeMailAgenda(table, agenda, { nextDueAt: nextRunDueAt(run)?.toISOString() ?? null, zoneRules });
  if (run.failed.length > 0) throw new Error(failureOf(run));
}

/** Returns when the next run has work. If this run left a mail unsent: at once, or when the mail service accepts mail again. */
function nextRunDueAt({ progress, nextDueAt, needsAnotherRun }: Run): Date | null {
  if (!needsAnotherRun) return nextDueAt;
  const { notBefore, startedAt } = progress;
  return earlier(notBefore ?? startedAt, nextDueAt);
}

function earlier(left: Date, right: Date | null): Date {
  return right !== null && right < left ? right : left;
}

/** The state of a run. `nextDueAt` is the earliest of all tenants; `needsAnotherRun` is true if any tenant does. */
type Run = {
  progress: MailRunProgress;
  readonly failed: string[];
  nextDueAt: Date | null;
  needsAnotherRun: boolean;
};

type CheckedTenant = { readonly tenant: Tenant; readonly mail?: TenantMail; readonly error?: unknown };

/** Checks the tenants, several side by side, and yields them in their order. */
function checkTenants(tenants: AsyncIterable<Tenant>, services: Services, run: Run): AsyncIterable<CheckedTenant> {
  const shared = { weekOf: createWeekReader(services), isStopped: () => run.progress.stoppedBy !== null };
  const check = async (tenant: Tenant): Promise<CheckedTenant> => {
    try {
      return { tenant, mail: await checkTenantMail(services, tenant, shared) };
    } catch (error) {
      return { tenant, error };
    }
  };
  return pMapIterable(tenants, check, { concurrency: tenantsSideBySide });
}

/** Sends the mail of a checked tenant, if there is one to send; returns the status of the tenant's mail afterwards. */
async function mailCheckedTenant(
  services: MailServices,
  run: Run,
  { tenant: { tenantId }, mail, error, log }: CheckedTenant & { log: MailLog },
): Promise<keyof MailCounts> {
  try {
    if (!mail) throw error;
    if (mail.nextDueAt) run.nextDueAt = earlier(mail.nextDueAt, run.nextDueAt);
    if (mail.missed) {
      log.missed(tenantId, mail.missed);
      run.failed.push(tenantId);
    }
    if (!mail.task || run.progress.stoppedBy !== null) {
      run.needsAnotherRun ||= mail.needsAnotherRun;
      return mail.status;
    }
    const outcome = await mailTenant(services, mail.task);
    log.tried(tenantId, outcome);
    run.progress = progressAfter(run.progress, outcome, services.now());
    run.needsAnotherRun ||= outcome.outcome !== 'sent' && outcome.outcome !== 'refused';
    const status = statusAfter[outcome.outcome];
    if (status === 'failed') run.failed.push(tenantId);
    return status;
  } catch (failure) {
    services.storage.noteFailure(failure);
    recordFailure(run, tenantId, { error: failure, log });
    return 'failed';
  }
}

function recordFailure(run: Run, tenantId: string, { error, log }: { error: unknown; log: MailLog }): void {
  log.failed(tenantId, error);
  run.failed.push(tenantId);
  run.needsAnotherRun = true;
}

const statusAfter: Readonly<Record<MailOutcome['outcome'], keyof MailCounts>> = {
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
