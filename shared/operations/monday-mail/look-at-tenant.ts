/** Looks at where a tenant stands with its mail of the week: is it due, is it settled, is there anything to tell. */
import { localTimeIn } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import type { MailCounts } from '../../store/mail-runs.ts';
import type { Tenant } from '../../store/tenants.ts';
import { readWeek, type WeekMailSummary } from '../../store/week-mails.ts';
import { isDue, isSettled } from './is-settled.ts';
import type { Task } from './mail-tenant.ts';
import { noteTenant } from './note-tenant.ts';
import { hasErrors } from './read-digest.ts';

/** Where a tenant stands; `task` where there is a mail to send. */
export type Look = { readonly standing: keyof MailCounts; readonly task?: Task };

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
  { weekOf, isStopped }: { weekOf: WeekReader; isStopped: () => boolean },
): Promise<Look> {
  const now = services.now();
  if (tenant.deletingSince !== null || !isDue(tenant, now)) return { standing: 'notDue' };
  const { week, previousWeek } = localTimeIn(tenant.mailTimeZone, now);
  const known = (await weekOf(week)).get(tenant.registrationId);
  const refusedFor = JSON.stringify([services.mailer.senderAddress, ...tenant.recipients]);
  if (known && isSettled(known, { tenant, refusedFor, now })) return { standing: known.status };
  if (isStopped()) return { standing: known?.status ?? 'waiting' };
  const before = (await weekOf(previousWeek)).get(tenant.registrationId);
  const previousSentAt = before ? lastSentAt(before) : null;
  const task: Task = { tenant, week, previousSentAt, refusedFor, isNew: known === undefined };
  if (known?.isPending) return { standing: known.status, task };
  if (!(await hasErrors(await services.storage.partition(tenant.registrationId))))
    return note(services, task, 'noErrors');
  if (tenant.recipients.length === 0) return note(services, task, 'noRecipients');
  return { standing: 'waiting', task };
}

async function note(services: Services, task: Task, standing: 'noErrors' | 'noRecipients'): Promise<Look> {
  await noteTenant(services, task, standing);
  return { standing };
}

function lastSentAt({ status, at, previousSentAt }: WeekMailSummary): string | null {
  return status === 'sent' ? at : previousSentAt;
}
