/** Voids one link to a tenant's report. */
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';
import { removeLink } from '../store/report-links.ts';

/** Voids a link and returns its id. Throws `LinkNotFound` if it was never made, or was voided or removed before. */
export async function voidLink({ storage }: Services, registrationId: string, linkId: string): Promise<string> {
  if (await removeLink(await storage.tenants(), registrationId, linkId)) return linkId;
  throw new RequestError(
    'LinkNotFound',
    `Cannot void link "${linkId.slice(0, 100)}": there is no such link to the report of this tenant. GET .../reportLinks lists those that open it.`,
  );
}
