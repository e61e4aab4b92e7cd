/** Sends the mail of a tenant now, or says what would be sent. It is not the week's: nothing is recorded. */
import { RequestError } from '../../request-error.ts';
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenants.ts';
import type { Letter } from '../../store/week-mails.ts';
import { adviceOn } from './advice.ts';
import { composeLetter } from './compose-letter.ts';
import { findLastMail } from './find-last-mail.ts';
import { planBatches, unique } from './plan-batches.ts';
import type { Digest } from './read-digest.ts';

/** What was sent, or would be: `operationIds` are those of the mail service, one for each 50 recipients. */
export type TestMail = Letter & {
  readonly to: readonly string[];
  readonly operationIds: readonly string[];
  readonly digest: Digest;
  readonly linkId: string;
};

/**
 * Sends a test mail to the tenant's recipients, or to others; with `dryRun`, nothing is sent.
 *
 * Throws `InvalidBody` where there is nobody to send it to, and `MailNotSent` where the mail service does not accept it.
 */
export async function sendTestMail(
  services: Services,
  tenant: Tenant,
  { to: others, dryRun }: { to?: readonly string[] | undefined; dryRun: boolean },
): Promise<TestMail> {
  const to = unique(others ?? tenant.recipients);
  if (to.length === 0) {
    throw new RequestError(
      'InvalidBody',
      `Cannot mail tenant "${tenant.tenantId}": it has no recipients. Name some in "to", or set them with PUT /api/tenants/{tenantId}.`,
    );
  }
  const last = await findLastMail(services, tenant);
  const previousSentAt = last?.status === 'sent' ? last.at : (last?.previousSentAt ?? null);
  const { letter, digest, linkId } = await composeLetter(services, tenant, { previousSentAt, isTest: true });
  const batches = dryRun ? [] : planBatches([], to, () => services.newId());
  for (const batch of batches) {
    const attempt = await services.mailer.send({ ...letter, to: batch.to }, batch.operationId);
    if (attempt.outcome === 'accepted') continue;
    const { error, whatToDo } = adviceOn(attempt);
    throw new RequestError('MailNotSent', `Cannot mail tenant "${tenant.tenantId}": ${error}. ${whatToDo}`);
  }
  return { ...letter, to, operationIds: batches.map(({ operationId }) => operationId), digest, linkId };
}
