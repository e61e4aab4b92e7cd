/** Lists the links to a tenant's report. */
import type { Services } from '../../services.ts';
import { readLinks, type StoredLink } from '../../store/report-links.ts';
import type { RegistrationId } from '../../tenant-id.ts';
import type { Page, PageRequest } from '../queries/page.ts';

/** Reads a page of links that have not expired, in the order of their ids. */
export async function listLinks(
  { storage, now }: Services,
  registrationId: RegistrationId,
  page: PageRequest,
): Promise<Page<StoredLink>> {
  const { links, next } = await readLinks(await storage.tenants(), registrationId, { ...page, now: now() });
  return { entries: links, next };
}
