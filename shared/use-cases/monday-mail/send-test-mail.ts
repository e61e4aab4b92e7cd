/** Sends the mail of a tenant now, or says what would be sent. It is not the week's: no more is recorded than when it was. */
import { RequestError } from '../../request-error.ts';
import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { reserveTestMail } from '../../store/reserve-test-mail.ts';
import type { Letter } from '../../store/week-mails.ts';
import { adviseOnAttempt } from './advice.ts';
import { composeLetter } from './compose-letter.ts';
import { findLastMail } from './find-last-mail.ts';
import { planBatches, unique } from './plan-batches.ts';
import type { Digest } from './read-digest.ts';
import type { MailServices } from './letter-content.ts';

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
  if (to.length === 0) {
    throw new RequestError(
      'InvalidBody',
      `Cannot mail tenant "${tenant.tenantId}": it has no recipients. Set "recipients" with PUT /api/tenants/{tenantId}.`,
    );
  }
  if (!toAnybody) refuseOthers(tenant, to);
  if (!dryRun) await waitForTurn(services, tenant);
  const last = await findLastMail(services, tenant);
  const previousSentAt = last?.status === 'sent' ? last.at : (last?.previousSentAt ?? null);
  const { letter, digest, linkId } = await composeLetter(services, tenant, { previousSentAt, isTest: true });
  const batches = dryRun ? [] : planBatches([], to, () => services.newId());
  for (const batch of batches) {
    const attempt = await services.mailer.send({ ...letter, to: batch.to }, batch.operationId);
    if (attempt.outcome === 'accepted') continue;
    const { error, whatToDo } = adviseOnAttempt(attempt);
    throw new RequestError('MailNotSent', `Cannot mail tenant "${tenant.tenantId}": ${error}. ${whatToDo}`);
  }
  return { ...letter, to, operationIds: batches.map(({ operationId }) => operationId), digest, linkId };
}

function refuseOthers({ tenantId, recipients }: Tenant, to: readonly string[]): void {
  const allowed = new Set(recipients.map((address) => address.toLowerCase()));
  const others = to.filter((address) => !allowed.has(address.toLowerCase()));
  if (others.length === 0) return;
  const more = others.length > 1 ? `, and ${others.length - 1} more,` : '';
  throw new RequestError(
    'RecipientNotAllowed',
    `Cannot mail tenant "${tenantId}": "${others[0]}"${more} is not among its recipients. Name recipients only, or send it with POST /api/tenants/{tenantId}/mail/anybody, which takes the admin key or the app role "Tenants.Manage".`,
  );
}

async function waitForTurn({ storage, now }: Services, { tenantId, registrationId }: Tenant): Promise<void> {
  const leftMs = await reserveTestMail(await storage.tenants(), registrationId, { now: now(), pauseMs });
  if (leftMs === 0) return;
  const retryAfterSeconds = Math.ceil(leftMs / 1000);
  throw new RequestError(
    'TestMailTooSoon',
    `Cannot mail tenant "${tenantId}": a test mail was sent less than a minute ago. Send it again in ${retryAfterSeconds} seconds; with "dryRun": true the answer has the mail at any time.`,
    [],
    { retryAfterSeconds },
  );
}
