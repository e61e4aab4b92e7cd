/** Sends a test mail of a tenant now, or previews it. It does not replace the mail of the week. */
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { reserveTestMail } from '../../store/reserve-test-mail.ts';
import type { Letter } from '../../store/week-mails.ts';
import { adviseOnAttempt } from '../../messages/mail-advice.ts';
import { composeLetter } from './compose-letter.ts';
import { findLastMail } from './find-last-mail.ts';
import { planBatches, unique } from './plan-batches.ts';
import type { Digest } from './read-digest.ts';
import type { MailServices } from './letter-content.ts';
import { mailNotSent, noRecipients, recipientNotAllowed, testMailTooSoon } from '../../messages/refusals.ts';

/** The mail that was sent or previewed. `operationIds` are ids of the mail service, one for each 50 recipients. */
export type TestMail = Letter & {
  readonly to: readonly string[];
  readonly operationIds: readonly string[];
  readonly digest: Digest;
  readonly linkId: string;
};

/** The pause between two test mails of a tenant: all tenants share the limits of the mail service. */
const pauseMs = 60_000;

/** A request for a test mail. `toAnybody` allows addresses that are not recipients of the tenant. */
type TestMailRequest = {
  readonly to?: readonly string[] | undefined;
  readonly dryRun: boolean;
  readonly toAnybody: boolean;
};

/**
 * Sends a test mail to the tenant's recipients, or to some of them; with `dryRun`, nothing is sent.
 *
 * Throws `InvalidBody` if there are no recipients, `RecipientNotAllowed` for an address that is not a recipient,
 * `TestMailTooSoon` within a minute of the last test mail, and `MailNotSent` if the mail service does not accept the mail.
 */
export async function sendTestMail(
  services: MailServices,
  tenant: Tenant,
  { to: named, dryRun, toAnybody }: TestMailRequest,
): Promise<TestMail> {
  const to = unique(named ?? tenant.recipients);
  if (to.length === 0) throw noRecipients(tenant.tenantId);
  if (!toAnybody) refuseNonRecipients(tenant, to);
  if (!dryRun) await refuseTooSoon(services, tenant);
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

function refuseNonRecipients({ tenantId, recipients }: Tenant, to: readonly string[]): void {
  const allowed = new Set(recipients.map((address) => address.toLowerCase()));
  const others = to.filter((address) => !allowed.has(address.toLowerCase()));
  if (others.length > 0) throw recipientNotAllowed(tenantId, others);
}

async function refuseTooSoon({ storage, now }: Services, { tenantId, registrationId }: Tenant): Promise<void> {
  const leftMs = await reserveTestMail(await storage.tenants(), registrationId, { now: now(), pauseMs });
  if (leftMs > 0) throw testMailTooSoon(tenantId, Math.ceil(leftMs / 1000));
}
