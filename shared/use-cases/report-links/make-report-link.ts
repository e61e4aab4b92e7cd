/**
 * Links to the report: signed, bound to one registration of a tenant and to reading, and good for some days.
 *
 * The token proves that the service made the link. The row of the link proves that nobody has voided it since, so a link
 * opens nothing while the storage does not answer.
 */
import type { Services } from '../../services.ts';
import { readLink, writeLink } from '../../store/report-links.ts';
import { readTenant, type Tenant } from '../../store/tenants.ts';
import { tenantIdOf, type RegistrationId } from '../../tenant-id.ts';
import { readLinkToken, signLinkToken } from '../../tokens/link-token.ts';

/** A link to a tenant's report, as the mail carries it. */
export type ReportLink = { readonly linkId: string; readonly url: string; readonly expiresAt: Date };

const dayMs = 86_400_000;

/**
 * Makes a link to the report of a registration of a tenant. Anyone with it can read the report until it expires or is
 * voided. `madeBy` is recorded with it: `mail`, or who asked for it.
 */
export async function makeReportLink(
  { settings, storage, now, newId }: Services,
  registrationId: RegistrationId,
  madeBy: string,
): Promise<ReportLink> {
  const madeAt = now();
  // A token holds whole seconds.
  const expiresAt = new Date(Math.floor((madeAt.getTime() + settings.reportLinkDays * dayMs) / 1000) * 1000);
  const linkId = newId();
  const row = { linkId, madeAt: madeAt.toISOString(), expiresAt: expiresAt.toISOString(), madeBy };
  await writeLink(await storage.tenants(), registrationId, row);
  const binding = { registrationId, purpose: 'report', tokenId: linkId, expiresAt } as const;
  const token = await signLinkToken(settings.linkKeys, binding);
  return { linkId, url: `${settings.reportBaseUrl}/api/report?token=${token}`, expiresAt };
}

/** Why a link does not open: there is no token, it is not one of ours, its time is over, or somebody voided it. */
export type LinkRefusal = 'missing' | 'invalid' | 'expired' | 'voided';

/** What a link opens, or why it opens nothing. The id and the tenant are told only of a link that this service made. */
export type OpenedLink =
  | { readonly tenant: Tenant; readonly linkId: string; readonly refused?: undefined }
  | { readonly refused: LinkRefusal; readonly linkId?: string | undefined; readonly tenantId?: string };

/** Opens a link: reads its tenant and its row side by side. Throws if the storage does not answer. */
export async function openReportLink({ settings, storage, now }: Services, token: string): Promise<OpenedLink> {
  if (token === '') return { refused: 'missing' };
  const read = await readLinkToken(settings.linkKeys, token, { purpose: 'report', now: now() });
  if (read.refused) return { refused: read.refused };
  const { registrationId, tokenId: linkId } = read;
  const tenantId = tenantIdOf(registrationId);
  const table = await storage.tenants();
  const [tenant, link] = await Promise.all([
    readTenant(table, tenantId),
    linkId === undefined ? undefined : readLink(table, registrationId, linkId),
  ]);
  // A link opens the registration that it was made for, and no later one of the same id.
  if (tenant?.registrationId !== registrationId || tenant.deletingSince !== null) {
    return { refused: 'invalid', linkId, tenantId };
  }
  return link ? { tenant, linkId: link.linkId } : { refused: 'voided', linkId, tenantId };
}
