/**
 * Sends the mail of a tenant and week, exactly once.
 *
 * The row of tenant and week is written before anything is sent: of two runs at once one gets it, and has it to itself
 * for the time of its lease. The row holds the letter and the operation ids, so that a run that finds it abandoned
 * sends the same bytes under the same ids, which the mail service does not deliver twice.
 * `docs/decisions/008-exactly-one-mail.md` goes through the steps at which a run can die.
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
import { isSettled } from './is-settled.ts';
import { planBatches } from './plan-batches.ts';
import type { MailServices } from './letter-content.ts';

/** A week's mail to send. */
export type Task = {
  readonly tenant: Tenant;
  readonly week: string;
  /** When the mail before this one was sent. */
  readonly previousSentAt: string | null;
  /** The sender and recipients, as a refusal is remembered by them. */
  readonly refusedFor: string;
  /** Whether there was no row of it yet, when the run began: then it need not be read, but must be new. */
  readonly isNew: boolean;
};

/** What came of it; `taken`: another run has it, or has settled it. `linkId` names the link that was made for the letter. */
export type TaskOutcome = ({ readonly outcome: 'sent' | 'taken' } | FailedAttempt) & { readonly linkId?: string };

/** Longer than the requests for one tenant can take, and no shorter than the host lets a run live. */
const leaseMs = 10 * 60_000;

/** Sends what has not been sent yet, and records what came of it. */
export async function mailTenant(services: MailServices, task: Task): Promise<TaskOutcome> {
  const { tenant, week, refusedFor, isNew } = task;
  const table = await services.storage.tenants();
  const stored = isNew ? undefined : await readWeekMail(table, week, tenant.registrationId);
  if (isSettled(stored, { tenant, refusedFor, now: services.now() })) return { outcome: 'taken' };
  const claim = await claimMail(services, task, stored);
  if (!claim) return { outcome: 'taken' };
  const outcome = await sendBatches(services, task, claim);
  return claim.linkId === undefined ? outcome : { ...outcome, linkId: claim.linkId };
}

type ClaimedMail = WeekMail & { readonly letter: Letter; readonly leaseUntil: string };

/** A mail that is claimed, and the ETag of its row. `unsure` are the ids under which it may have been sent before. */
type Claim = {
  readonly mail: ClaimedMail;
  readonly etag: string;
  readonly unsure: ReadonlySet<string>;
  /** Of the link in a letter that is new; undefined if an earlier run wrote the letter. */
  readonly linkId: string | undefined;
};

async function claimMail(
  services: MailServices,
  { tenant, week, previousSentAt }: Task,
  stored: StoredWeekMail | undefined,
): Promise<Claim | undefined> {
  const written = stored?.letter ? { letter: stored.letter, linkId: undefined } : undefined;
  const { letter, linkId } = written ?? (await composeLetter(services, tenant, { previousSentAt, isTest: false }));
  const { reportBaseUrl } = services.settings;
  const batches = planBatches(stored?.batches ?? [], tenant.recipients, (number) =>
    operationIdOf(reportBaseUrl, tenant.registrationId, week, number),
  );
  const now = services.now();
  const mail: ClaimedMail = {
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
  const unsure = new Set(pendingOf(stored?.batches ?? []).map(({ operationId }) => operationId));
  return { mail, etag, unsure, linkId };
}

async function sendBatches(services: Services, { refusedFor }: Task, claim: Claim): Promise<TaskOutcome> {
  const { letter, leaseUntil } = claim.mail;
  const unsure = new Set(claim.unsure);
  let { batches } = claim.mail;
  let etag: string | undefined = claim.etag;
  let failure: FailedAttempt | undefined;
  for (const { operationId, to } of pendingOf(batches)) {
    // A process that was held up for so long has lost its claim to the next run.
    if (services.now() >= new Date(leaseUntil)) return { outcome: 'taken' };
    const attempt = await services.mailer.send({ ...letter, to }, operationId);
    if (attempt.outcome === 'accepted') {
      batches = withState(batches, operationId, 'accepted');
      // The last one is recorded with the whole.
      if (pendingOf(batches).length > 0) etag = await write(services, { ...claim.mail, batches }, etag);
      if (etag === undefined) return { outcome: 'taken' };
      continue;
    }
    failure = attempt;
    // One recipient who is refused does not stop the others; all else would happen to the others too.
    if (attempt.outcome === 'refused') batches = withState(batches, operationId, 'refused');
    else {
      if (attempt.outcome === 'unavailable') unsure.add(operationId);
      break;
    }
  }
  const possible = batches.filter(({ state, operationId }) => state !== 'pending' || unsure.has(operationId));
  const result = failure ? failed(claim.mail, possible, { failure, refusedFor }) : sent(claim.mail, batches);
  etag = await write(services, { ...result, at: services.now().toISOString(), leaseUntil: null }, etag);
  if (etag === undefined) return { outcome: 'taken' };
  return failure ?? { outcome: 'sent' };
}

function sent(mail: WeekMail, batches: readonly Batch[]): WeekMail {
  return { ...mail, status: 'sent', batches, letter: null };
}

/** Only what may have been sent keeps its letter: where nothing was, the next run writes a new one. */
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
