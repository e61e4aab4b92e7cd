/** Closes a week: a mail that should have been sent and was not is recorded as missed. */
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { readWeekMail, type WeekMail, type WeekMailSummary, writeWeekMail } from '../../store/week-mails.ts';
import { adviseOnMissedMail, type MissedBecause } from '../../messages/mail-advice.ts';
import { isOverdue } from './is-mail-finished.ts';
import { closedWeek, wasRegisteredInTime } from './is-mail-due.ts';
import { hasErrors } from './read-digest.ts';

/** A mail that was not sent in its week, and why. */
export type MissedMail = { readonly week: string; readonly error: string };

/**
 * Records the mail of the last closed week, if it was missed. Returns it only if this call recorded it: of two runs,
 * only one reports it.
 */
export async function closeWeek(
  services: Services,
  tenant: Tenant,
  known: WeekMailSummary | undefined,
): Promise<MissedMail | undefined> {
  const now = services.now();
  if (known ? !isOverdue(known, now) : !wasRegisteredInTime(tenant, now)) return undefined;
  const { registrationId } = tenant;
  const week = closedWeek(tenant, now);
  const table = await services.storage.tenants();
  const stored = known && (await readWeekMail(table, week, registrationId));
  if (stored && !isOverdue(stored, now)) return undefined;
  const isMissed = stored !== undefined || (await hasErrors(await services.storage.partition(registrationId)));
  const advice = adviseOnMissedMail(becauseOf(stored));
  const mail: WeekMail = {
    registrationId,
    week,
    status: isMissed ? 'missed' : 'noErrors',
    at: now.toISOString(),
    leaseUntil: null,
    previousSentAt: stored?.previousSentAt ?? null,
    refusedFor: null,
    ...(isMissed ? advice : { error: null, whatToDo: null }),
    letter: null,
    batches: stored?.batches ?? [],
  };
  const etag = await writeWeekMail(table, mail, { etag: stored?.etag, writeId: services.newId() });
  return isMissed && etag !== undefined ? { week, error: advice.error } : undefined;
}

function becauseOf(stored: WeekMail | undefined): MissedBecause {
  if (!stored) return { cause: 'noRun' };
  return stored.error === null ? { cause: 'cutOff' } : { cause: 'notAccepted', lastError: stored.error };
}
