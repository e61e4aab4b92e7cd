/** Notes in its row of the week why a tenant gets no mail: it has no errors, or nobody to tell. */
import type { Services } from '../../services.ts';
import { readWeekMail, writeWeekMail } from '../../store/week-mails.ts';
import { adviceOnNoRecipients } from '../../messages/mail-advice.ts';
import type { Task } from './mail-tenant.ts';

/** Notes it once a week. Where another run has written the row meanwhile, that stands. */
export async function noteTenant(
  services: Services,
  { tenant: { registrationId }, week, previousSentAt, isNew }: Task,
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
