/** Composes the letter of a tenant: reads its errors and makes a link to its report. */
import { makeReportLink } from '../report-links/make-report-link.ts';
import type { Letter } from '../../store/week-mails.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import type { MailServices } from './letter-content.ts';
import { type Digest, readDigest } from './read-digest.ts';

const weekMs = 7 * 86_400_000;

/** A letter, the numbers in it, and the id of the link in it. */
type Composed = { readonly letter: Letter; readonly digest: Digest; readonly linkId: string };

/** Composes a letter. Errors are new if they began after the previous mail, or in the last seven days if there was none. */
export async function composeLetter(
  services: MailServices,
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
  const letter = await services.renderLetter({
    tenant,
    digest,
    link,
    now,
    isTest,
    followsMail: previousSentAt !== null,
  });
  return { letter, digest, linkId: link.linkId };
}
