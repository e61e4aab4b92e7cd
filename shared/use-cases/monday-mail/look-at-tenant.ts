/** Looks at where a tenant stands with its mail of the week: is it due, is it settled, is there anything to tell. */
import { localTimeIn } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import type { MailCounts } from '../../store/mail-run.ts';
import type { Tenant } from '../../store/tenants.ts';
import { readWeek, type WeekMailSummary } from '../../store/week-mails.ts';
import { closeWeek, type MissedMail } from './close-week.ts';
import { isClaimed, isSettled } from './is-settled.ts';
import { closedWeek, hasMailThisWeek, isDue, nextDueAt } from './mail-week.ts';
import type { Task } from './mail-tenant.ts';
import { noteTenant } from './note-tenant.ts';
import { hasErrors } from './read-digest.ts';

/** What a run has found out about a tenant. */
export type Look = {
  readonly standing: keyof MailCounts;
  /** The mail to send, if there is one. */
  readonly task?: Task;
  /** The mail of the week before, if it is found to have been missed. */
  readonly missed?: MissedMail | undefined;
  /** When the next mail of the tenant is due, once that of this week is settled; null if there will be none. */
  readonly nextDueAt: Date | null;
  /** Whether the next run has to look again, whenever it comes, unless this one settles it. */
  readonly isOpen: boolean;
};

/** Gives what is known of the mails of a week, read when it is first asked for. */
export type WeekReader = (week: string) => Promise<ReadonlyMap<string, WeekMailSummary>>;

/** Makes a reader that reads each week once: tenants east and west of each other can be in different ones. */
export function weekReader({ storage }: Services): WeekReader {
  const weeks = new Map<string, ReturnType<WeekReader>>();
  return (week) => {
    const known = weeks.get(week) ?? storage.tenants().then((table) => readWeek(table, week));
    weeks.set(week, known);
    return known;
  };
}

/** Looks at a tenant, and notes it where there is nothing to tell, or nobody. Reads no errors where `isStopped`. */
export async function lookAtTenant(
  services: Services,
  tenant: Tenant,
  view: { weekOf: WeekReader; isStopped: () => boolean },
): Promise<Look> {
  if (tenant.deletingSince !== null) return { standing: 'notDue', nextDueAt: null, isOpen: false };
  const now = services.now();
  const closed = (await view.weekOf(closedWeek(tenant, now))).get(tenant.registrationId);
  const missed = await closeWeek(services, tenant, closed);
  const base = { missed, nextDueAt: nextDueAt(tenant, now) };
  const known = (await view.weekOf(localTimeIn(tenant.mailTimeZone, now).week)).get(tenant.registrationId);
  if (isDue(tenant, now) && (known || hasMailThisWeek(tenant, now))) {
    return { ...base, ...(await lookAtWeek(services, tenant, { ...view, known, now })) };
  }
  const standing = missed || closed?.status === 'missed' ? 'missed' : 'notDue';
  return { ...base, standing, isOpen: closed !== undefined && isClaimed(closed, now) };
}

async function lookAtWeek(
  services: Services,
  tenant: Tenant,
  view: { known: WeekMailSummary | undefined; weekOf: WeekReader; isStopped: () => boolean; now: Date },
): Promise<Pick<Look, 'standing' | 'task' | 'isOpen'>> {
  const { known, weekOf, isStopped, now } = view;
  const { week, previousWeek } = localTimeIn(tenant.mailTimeZone, now);
  const refusedFor = JSON.stringify([services.mailer.senderAddress, ...tenant.recipients]);
  if (known && isSettled(known, { tenant, refusedFor, now })) {
    return { standing: known.status, isOpen: isClaimed(known, now) };
  }
  if (isStopped()) return { standing: known?.status ?? 'waiting', isOpen: true };
  const before = (await weekOf(previousWeek)).get(tenant.registrationId);
  const previousSentAt = before ? lastSentAt(before) : null;
  const task: Task = { tenant, week, previousSentAt, refusedFor, isNew: known === undefined };
  if (known?.isPending) return { standing: known.status, task, isOpen: true };
  if (!(await hasErrors(await services.storage.partition(tenant.registrationId))))
    return note(services, task, 'noErrors');
  if (tenant.recipients.length === 0) return note(services, task, 'noRecipients');
  return { standing: 'waiting', task, isOpen: true };
}

async function note(
  services: Services,
  task: Task,
  standing: 'noErrors' | 'noRecipients',
): Promise<Pick<Look, 'standing' | 'isOpen'>> {
  await noteTenant(services, task, standing);
  return { standing, isOpen: false };
}

function lastSentAt({ status, at, previousSentAt }: WeekMailSummary): string | null {
  return status === 'sent' ? at : previousSentAt;
}
