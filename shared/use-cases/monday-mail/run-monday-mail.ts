/** Runs the Monday mail if the agenda says that a mail may be due. */
import { zoneRules } from '../../calendar/local-time.ts';
import type { Services } from '../../services.ts';
import { type MailAgenda, readMailAgenda } from '../../store/mail-agenda.ts';
import { isTableMissing } from '../../store/table.ts';
import { runTimer } from '../run-timer.ts';
import { type MailLog, sendMondayMail } from './send-monday-mail.ts';
import type { MailServices } from './letter-content.ts';

/**
 * Sends the mails that are due. If the agenda says that none is, the run costs one request to storage and writes nothing.
 * `nextDueAt` is when the timer fires next, as the timer reports it.
 */
export async function runMondayMail(services: MailServices, nextDueAt: string | null, log: MailLog): Promise<void> {
  const agenda = await readAgenda(services);
  if (agenda && !hasWork(agenda, services.now())) return;
  await runTimer(services, { name: 'sendMondayMail', nextDueAt }, (startedAt) =>
    sendMondayMail(services, log, { agenda, startedAt }),
  );
}

/** Reports whether a run must check the tenants. */
function hasWork({ nextDueAt, changedAt, zoneRules: rules }: MailAgenda, now: Date): boolean {
  if (changedAt !== null || rules !== zoneRules) return true;
  return nextDueAt !== null && Date.parse(nextDueAt) <= now.getTime();
}

/** Reads the agenda with one request, even in a new process: a missing table counts as no agenda. */
async function readAgenda({ storage }: Services): Promise<MailAgenda | undefined> {
  try {
    return await readMailAgenda(storage.tenantsUnmade());
  } catch (error) {
    if (!isTableMissing(error)) throw error;
    storage.noteFailure(error);
    return undefined;
  }
}
