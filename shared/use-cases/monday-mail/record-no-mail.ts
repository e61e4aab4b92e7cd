/** Records why a tenant gets no mail this week: it has no errors, or no recipients. */
import type { Services } from '../../services.ts';
import { readWeekMail, writeWeekMail } from '../../store/week-mails.ts';
import { adviceOnNoRecipients } from '../../messages/mail-advice.ts';
import type { MailTask } from './mail-tenant.ts';

/** Records the reason once a week. If another run has written the row in the meantime, its row stays. */
export async function recordNoMail(
  services: Services,
  { tenant: { registrationId }, week, previousSentAt, isNew }: MailTask,
  status: 'noErrors' | 'noRecipients',
): Promise<void> {
  const table = await services.storage.tenants();
  const stored = isNew ? undefined : await readWeekMail(table, week, registrationId);
  if (stored && (stored.status === status || stored.status === 'sent' || stored.isPending)) return;
  const advice = status === 'noRecipients' ? adviceOnNoRecipients : { error: null, whatToDo: null };
  const mail = {
    registrationId,
    week,
    status,
    at: services.now().toISOString(),
    leaseUntil: null,
    previousSentAt,
    refusedFor: null,
    ...advice,
    letter: null,
    batches: stored?.batches ?? [],
  };
  await writeWeekMail(table, mail, { etag: stored?.etag, writeId: services.newId() });
}
