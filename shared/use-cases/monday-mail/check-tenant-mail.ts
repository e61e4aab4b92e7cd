/** Checks the mail of a tenant in a run: whether one is due, already finished, or has anything to report. */
import { localTimeIn } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import type { MailCounts } from '../../store/mail-run.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { readWeek, type WeekMailSummary } from '../../store/week-mails.ts';
import { closeWeek, type MissedMail } from './close-week.ts';
import { closedWeek, hasMailThisWeek, isMailDue, nextDueAt } from './is-mail-due.ts';
import { isBeingSent, isMailFinished } from './is-mail-finished.ts';
import type { MailTask } from './mail-tenant.ts';
import { hasErrors } from './read-digest.ts';
import { recordNoMail } from './record-no-mail.ts';

/** The state of a tenant's mail, as a run finds it. */
export type TenantMail = {
  readonly status: keyof MailCounts;
  /** The mail to send; undefined if there is none. */
  readonly task?: MailTask;
  /** The mail of the week before, if this run found that it was missed. */
  readonly missed?: MissedMail | undefined;
  /** When the next mail of the tenant is due; null if there will be none. */
  readonly nextDueAt: Date | null;
  /** Whether the next run must check the tenant again, unless this run finishes its mail. */
  readonly needsAnotherRun: boolean;
};

type WeekReader = (week: string) => Promise<ReadonlyMap<string, WeekMailSummary>>;

/** Creates a reader that reads each week at most once. The week depends on the time zone, so tenants may be in different weeks. */
export function createWeekReader({ storage }: Services): WeekReader {
  const weeks = new Map<string, ReturnType<WeekReader>>();
  return (week) => {
    const mails = weeks.get(week) ?? storage.tenants().then((table) => readWeek(table, week));
    weeks.set(week, mails);
    return mails;
  };
}

/**
 * Checks the mail of a tenant. If the tenant has no errors or no recipients, records that for the week.
 *
 * Once `isStopped` returns true, no more errors are read: the run sends nothing further.
 */
export async function checkTenantMail(
  services: Services,
  tenant: Tenant,
  run: { weekOf: WeekReader; isStopped: () => boolean },
): Promise<TenantMail> {
  if (tenant.deletingSince !== null) return { status: 'notDue', nextDueAt: null, needsAnotherRun: false };
  const now = services.now();
  const closed = (await run.weekOf(closedWeek(tenant, now))).get(tenant.registrationId);
  const missed = await closeWeek(services, tenant, closed);
  const always = { missed, nextDueAt: nextDueAt(tenant, now) };
  const current = (await run.weekOf(localTimeIn(tenant.mailTimeZone, now).week)).get(tenant.registrationId);
  if (isMailDue(tenant, now) && (current || hasMailThisWeek(tenant, now))) {
    return { ...always, ...(await checkThisWeek(services, tenant, { ...run, current, now })) };
  }
  const status = missed || closed?.status === 'missed' ? 'missed' : 'notDue';
  return { ...always, status, needsAnotherRun: closed !== undefined && isBeingSent(closed, now) };
}

async function checkThisWeek(
  services: Services,
  tenant: Tenant,
  run: { current: WeekMailSummary | undefined; weekOf: WeekReader; isStopped: () => boolean; now: Date },
): Promise<Pick<TenantMail, 'status' | 'task' | 'needsAnotherRun'>> {
  const { current, weekOf, isStopped, now } = run;
  const { week, previousWeek } = localTimeIn(tenant.mailTimeZone, now);
  const refusedFor = JSON.stringify([services.mailer.senderAddress, ...tenant.recipients]);
  if (current && isMailFinished(current, { tenant, refusedFor, now })) {
    return { status: current.status, needsAnotherRun: isBeingSent(current, now) };
  }
  if (isStopped()) return { status: current?.status ?? 'waiting', needsAnotherRun: true };
  const previous = (await weekOf(previousWeek)).get(tenant.registrationId);
  const previousSentAt = previous ? lastSentAt(previous) : null;
  const task: MailTask = { tenant, week, previousSentAt, refusedFor, isNew: current === undefined };
  if (current?.isPending) return { status: current.status, task, needsAnotherRun: true };
  const status = await reasonForNoMail(services, tenant);
  if (status === undefined) return { status: 'waiting', task, needsAnotherRun: true };
  await recordNoMail(services, task, status);
  return { status, needsAnotherRun: false };
}

async function reasonForNoMail(
  { storage }: Services,
  { registrationId, recipients }: Tenant,
): Promise<'noErrors' | 'noRecipients' | undefined> {
  if (!(await hasErrors(await storage.partition(registrationId)))) return 'noErrors';
  return recipients.length === 0 ? 'noRecipients' : undefined;
}

function lastSentAt({ status, at, previousSentAt }: WeekMailSummary): string | null {
  return status === 'sent' ? at : previousSentAt;
}
