/** Sends the mail of a tenant now, or says what would be sent. It is not the week's: no more is recorded than when it was. */
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { reserveTestMail } from '../../store/test-mails.ts';
import type { Letter } from '../../store/week-mails.ts';
import { adviseOnAttempt } from '../../messages/mail-advice.ts';
import { composeLetter } from './compose-letter.ts';
import { findLastMail } from './find-last-mail.ts';
import { planBatches, unique } from './plan-batches.ts';
import type { Digest } from './read-digest.ts';
import type { MailServices } from './letter-content.ts';
import { mailNotSent, noRecipients, recipientNotAllowed, testMailTooSoon } from '../../messages/refusals.ts';

/** What was sent, or would be: `operationIds` are those of the mail service, one for each 50 recipients. */
export type TestMail = Letter & {
  readonly to: readonly string[];
  readonly operationIds: readonly string[];
  readonly digest: Digest;
  readonly linkId: string;
};

/** How long the next test mail of a tenant has to wait: the mails of all tenants share the limits of the mail service. */
const pauseMs = 60_000;

/** What is asked for; `toAnybody` says whether addresses may be named that are not the tenant's recipients. */
export type TestMailRequest = {
  readonly to?: readonly string[] | undefined;
  readonly dryRun: boolean;
  readonly toAnybody: boolean;
};

/**
 * Sends a test mail to the tenant's recipients, or to those of them that are named; with `dryRun`, nothing is sent.
 *
 * Throws `InvalidBody` if there is nobody to send it to, `RecipientNotAllowed` if an address is named that may not be,
 * `TestMailTooSoon` within a minute of the last one, and `MailNotSent` if the mail service does not accept it.
 */
export async function sendTestMail(
  services: MailServices,
  tenant: Tenant,
  { to: named, dryRun, toAnybody }: TestMailRequest,
): Promise<TestMail> {
  const to = unique(named ?? tenant.recipients);
  if (to.length === 0) throw noRecipients(tenant.tenantId);
  if (!toAnybody) refuseOthers(tenant, to);
  if (!dryRun) await waitForTurn(services, tenant);
  const last = await findLastMail(services, tenant);
  const previousSentAt = last?.status === 'sent' ? last.at : (last?.previousSentAt ?? null);
  const { letter, digest, linkId } = await composeLetter(services, tenant, { previousSentAt, isTest: true });
  const batches = dryRun ? [] : planBatches([], to, () => services.newId());
  for (const batch of batches) {
    const attempt = await services.mailer.send({ ...letter, to: batch.to }, batch.operationId);
    if (attempt.outcome === 'accepted') continue;
    throw mailNotSent(tenant.tenantId, adviseOnAttempt(attempt));
  }
  return { ...letter, to, operationIds: batches.map(({ operationId }) => operationId), digest, linkId };
}

function refuseOthers({ tenantId, recipients }: Tenant, to: readonly string[]): void {
  const allowed = new Set(recipients.map((address) => address.toLowerCase()));
  const others = to.filter((address) => !allowed.has(address.toLowerCase()));
  if (others.length > 0) throw recipientNotAllowed(tenantId, others);
}

async function waitForTurn({ storage, now }: Services, { tenantId, registrationId }: Tenant): Promise<void> {
  const leftMs = await reserveTestMail(await storage.tenants(), registrationId, { now: now(), pauseMs });
  if (leftMs > 0) throw testMailTooSoon(tenantId, Math.ceil(leftMs / 1000));
}
