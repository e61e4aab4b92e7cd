/** Runs the Monday mail, if there can be anything to do. */
import { zoneRules } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import { type MailAgenda, readMailAgenda } from '../../store/mail-agenda.ts';
import { isTableMissing } from '../../store/table.ts';
import { runTimer } from '../run-timer.ts';
import { type MailLog, sendMondayMail } from './send-monday-mail.ts';
import type { MailServices } from './letter-content.ts';

/**
 * Sends the mails that are due. A run in which none is costs one request to the storage, and leaves nothing behind:
 * the agenda says that it has nothing to do. `nextDueAt` is when the timer is due next, as it says itself.
 */
export async function runMondayMail(services: MailServices, nextDueAt: string | null, log: MailLog): Promise<void> {
  const agenda = await readAgenda(services);
  if (agenda && !hasWork(agenda, services.now())) return;
  await runTimer(services, { name: 'sendMondayMail', nextDueAt }, (startedAt) =>
    sendMondayMail(services, log, { agenda, startedAt }),
  );
}

/** Reports whether a run has to look at the tenants. */
export function hasWork({ nextDueAt, changedAt, zoneRules: rules }: MailAgenda, now: Date): boolean {
  if (changedAt !== null || rules !== zoneRules) return true;
  return nextDueAt !== null && Date.parse(nextDueAt) <= now.getTime();
}

/** Also a process that has just started asks no more than this: that the table exists is only made sure of if it does not. */
async function readAgenda({ storage }: Services): Promise<MailAgenda | undefined> {
  try {
    return await readMailAgenda(storage.tenantsUnmade());
  } catch (error) {
    if (!isTableMissing(error)) throw error;
    storage.noteFailure(error);
    return undefined;
  }
}
