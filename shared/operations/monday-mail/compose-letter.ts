/** Composes the letter of a tenant: reads its errors, makes a link to its report, and writes both down for people. */
import { makeReportLink } from '../../links/report-link.ts';
import type { Services } from '../../services.ts';
import type { Letter } from '../../store/week-mails.ts';
import type { Tenant } from '../../store/tenants.ts';
import { type Digest, readDigest } from './read-digest.ts';

const weekMs = 7 * 86_400_000;

/** A letter, the numbers that it tells of, and the id of the link in it. */
export type Composed = { readonly letter: Letter; readonly digest: Digest; readonly linkId: string };

/** Composes a letter. It tells what is new since the mail before it, or of the last seven days where there was none. */
export async function composeLetter(
  services: Services,
  tenant: Tenant,
  { previousSentAt, isTest }: { previousSentAt: string | null; isTest: boolean },
): Promise<Composed> {
  const now = services.now();
  const since = previousSentAt === null ? new Date(now.getTime() - weekMs) : new Date(previousSentAt);
  const partition = await services.storage.partition(tenant.registrationId);
  const [digest, link] = await Promise.all([
    readDigest(partition, since),
    makeReportLink(services, tenant.registrationId, 'mail'),
  ]);
  // Loaded with the first letter: a cold start does without.
  const { renderMail } = await import('../../views/mail/render-mail.ts');
  const letter = renderMail({ tenant, digest, link, now, isTest, followsMail: previousSentAt !== null });
  return { letter, digest, linkId: link.linkId };
}
