/** Voids links to a tenant's report. */
import type { Services } from '../../services.ts';
import { removeLink, removeLinks } from '../../store/report-links.ts';
import type { RegistrationId } from '../../tenant-id.ts';
import { linkNotFound } from '../../messages/refusals.ts';

/** Voids all links of a registration; returns their number. */
export async function voidLinks({ storage }: Services, registrationId: RegistrationId): Promise<number> {
  return removeLinks(await storage.tenants(), registrationId);
}

/** Voids a link and returns its id. Throws `LinkNotFound` if it does not exist, or was voided or removed before. */
export async function voidLink({ storage }: Services, registrationId: RegistrationId, linkId: string): Promise<string> {
  if (await removeLink(await storage.tenants(), registrationId, linkId)) return linkId;
  throw linkNotFound(linkId);
}
