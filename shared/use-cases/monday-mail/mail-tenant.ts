/**
 * Sends the mail of a tenant and week, exactly once.
 *
 * The row of tenant and week is written before anything is sent. Of two runs, only one can write it, and no other run
 * sends the mail until its lease ends. The row holds the letter and the operation ids: a run that finds it abandoned
 * sends the same bytes under the same ids, and the mail service does not deliver them twice.
 * `docs/decisions/008-exactly-one-mail.md` lists the steps at which a run can die.
 */
import type { FailedAttempt } from '../../mail/attempt.ts';
import { operationIdOf } from '../../mail/operation-id-of.ts';
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import {
  type Batch,
  type Letter,
  readWeekMail,
  type StoredWeekMail,
  type WeekMail,
  writeWeekMail,
} from '../../store/week-mails.ts';
import { adviseOnAttempt } from '../../messages/mail-advice.ts';
import { composeLetter } from './compose-letter.ts';
import { isMailFinished } from './is-mail-finished.ts';
import { planBatches } from './plan-batches.ts';
import type { MailServices } from './letter-content.ts';

/** A mail to send. */
export type MailTask = {
  readonly tenant: Tenant;
  readonly week: string;
  /** When the previous mail was sent; null if none was. */
  readonly previousSentAt: string | null;
  /** The sender and recipients, recorded if the mail is refused. */
  readonly refusedFor: string;
  /** Whether the mail had no row when the week was read: then the row is created, not read. */
  readonly isNew: boolean;
};

/** The outcome; `taken`: another run sends the mail, or has finished it. `linkId` is the id of the link in a new letter. */
export type MailOutcome = ({ readonly outcome: 'sent' | 'taken' } | FailedAttempt) & { readonly linkId?: string };

/** Longer than the requests for one tenant can take, and no shorter than the longest run that the host allows. */
const leaseMs = 10 * 60_000;

/** Sends the batches that have not been sent yet, and records the outcome. */
export async function mailTenant(services: MailServices, task: MailTask): Promise<MailOutcome> {
  const { tenant, week, refusedFor, isNew } = task;
  const table = await services.storage.tenants();
  const stored = isNew ? undefined : await readWeekMail(table, week, tenant.registrationId);
  if (isMailFinished(stored, { tenant, refusedFor, now: services.now() })) return { outcome: 'taken' };
  const lease = await leaseMail(services, task, stored);
  if (!lease) return { outcome: 'taken' };
  const outcome = await sendBatches(services, task, lease);
  return lease.linkId === undefined ? outcome : { ...outcome, linkId: lease.linkId };
}

type LeasedMail = WeekMail & { readonly letter: Letter; readonly leaseUntil: string };

/** A mail that only this run may send, and the ETag of its row. `maybeSent` are ids that an earlier run may have sent. */
type Lease = {
  readonly mail: LeasedMail;
  readonly etag: string;
  readonly maybeSent: ReadonlySet<string>;
  /** The id of the link in a new letter; undefined if an earlier run composed the letter. */
  readonly linkId: string | undefined;
};

async function leaseMail(
  services: MailServices,
  { tenant, week, previousSentAt }: MailTask,
  stored: StoredWeekMail | undefined,
): Promise<Lease | undefined> {
  const written = stored?.letter ? { letter: stored.letter, linkId: undefined } : undefined;
  const { letter, linkId } = written ?? (await composeLetter(services, tenant, { previousSentAt, isTest: false }));
  const { reportBaseUrl } = services.settings;
  const batches = planBatches(stored?.batches ?? [], tenant.recipients, (number) =>
    operationIdOf(reportBaseUrl, tenant.registrationId, week, number),
  );
  const now = services.now();
  const mail: LeasedMail = {
    registrationId: tenant.registrationId,
    week,
    status: 'sending',
    at: now.toISOString(),
    leaseUntil: new Date(now.getTime() + leaseMs).toISOString(),
    previousSentAt,
    refusedFor: null,
    error: null,
    whatToDo: null,
    letter,
    batches,
  };
  const etag = await write(services, mail, stored?.etag);
  if (etag === undefined) return undefined;
  const maybeSent = new Set(pendingOf(stored?.batches ?? []).map(({ operationId }) => operationId));
  return { mail, etag, maybeSent, linkId };
}

async function sendBatches(services: Services, { refusedFor }: MailTask, lease: Lease): Promise<MailOutcome> {
  const { letter, leaseUntil } = lease.mail;
  const maybeSent = new Set(lease.maybeSent);
  let { batches } = lease.mail;
  let etag: string | undefined = lease.etag;
  let failure: FailedAttempt | undefined;
  for (const { operationId, to } of pendingOf(batches)) {
    // After its lease, the next run may already be sending the mail.
    if (services.now() >= new Date(leaseUntil)) return { outcome: 'taken' };
    const attempt = await services.mailer.send({ ...letter, to }, operationId);
    if (attempt.outcome === 'accepted') {
      batches = withState(batches, operationId, 'accepted');
      // The last batch is recorded together with the outcome.
      if (pendingOf(batches).length > 0) etag = await write(services, { ...lease.mail, batches }, etag);
      if (etag === undefined) return { outcome: 'taken' };
      continue;
    }
    failure = attempt;
    // A refusal concerns one batch; any other failure would repeat itself with the rest.
    if (attempt.outcome === 'refused') batches = withState(batches, operationId, 'refused');
    else {
      if (attempt.outcome === 'unavailable') maybeSent.add(operationId);
      break;
    }
  }
  const possible = batches.filter(({ state, operationId }) => state !== 'pending' || maybeSent.has(operationId));
  const result = failure ? failed(lease.mail, possible, { failure, refusedFor }) : sent(lease.mail, batches);
  etag = await write(services, { ...result, at: services.now().toISOString(), leaseUntil: null }, etag);
  if (etag === undefined) return { outcome: 'taken' };
  return failure ?? { outcome: 'sent' };
}

function sent(mail: WeekMail, batches: readonly Batch[]): WeekMail {
  return { ...mail, status: 'sent', batches, letter: null };
}

/** Keeps the letter only if a batch may have been sent; otherwise the next run composes a new letter. */
function failed(
  mail: WeekMail,
  batches: readonly Batch[],
  { failure, refusedFor }: { failure: FailedAttempt; refusedFor: string },
): WeekMail {
  return {
    ...mail,
    status: failure.outcome === 'limited' ? 'waiting' : 'failed',
    batches,
    letter: pendingOf(batches).length > 0 ? mail.letter : null,
    refusedFor: failure.outcome === 'refused' ? refusedFor : null,
    ...adviseOnAttempt(failure),
  };
}

function pendingOf(batches: readonly Batch[]): readonly Batch[] {
  return batches.filter(({ state }) => state === 'pending');
}

function withState(batches: readonly Batch[], operationId: string, state: Batch['state']): readonly Batch[] {
  return batches.map((batch) => (batch.operationId === operationId ? { ...batch, state } : batch));
}

async function write(services: Services, mail: WeekMail, etag: string | undefined): Promise<string | undefined> {
  return writeWeekMail(await services.storage.tenants(), mail, { etag, writeId: services.newId() });
}
