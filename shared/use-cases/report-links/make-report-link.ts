/**
 * Makes and opens links to the report. A link is signed, read-only, bound to one registration, and expires after some days.
 *
 * The token proves that this service made the link. The row of the link proves that it has not been voided, so no link
 * opens while storage does not answer.
 */
import type { Services } from '../../services.ts';
import { readLink, writeLink } from '../../store/report-links.ts';
import { readTenant } from '../../store/read-tenants.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { tenantIdOf, type RegistrationId } from '../../tenant-id.ts';
import { readLinkToken, signLinkToken } from '../../tokens/link-token.ts';

/** A link to the report of a tenant. */
export type ReportLink = { readonly linkId: string; readonly url: string; readonly expiresAt: Date };

const dayMs = 86_400_000;

/**
 * Makes a link to the report of a registration. Anyone with this link can read the report until it expires or is voided.
 * `madeBy` is recorded with the link: `mail`, or the caller that requested it.
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

/** The reason why a link does not open. */
type LinkRefusal = 'missing' | 'invalid' | 'expired' | 'voided';

/** The tenant of a link, or the reason why the link does not open. The ids are known only if this service made the link. */
type OpenedLink =
  | { readonly tenant: Tenant; readonly linkId: string; readonly refused?: undefined }
  | { readonly refused: LinkRefusal; readonly linkId?: string | undefined; readonly tenantId?: string };

/** Opens a link: reads its tenant and its row at the same time. Throws if storage does not answer. */
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
  // A link opens only the registration that it was made for, not a later one of the same tenant id.
  if (tenant?.registrationId !== registrationId || tenant.deletingSince !== null) {
    return { refused: 'invalid', linkId, tenantId };
  }
  return link ? { tenant, linkId: link.linkId } : { refused: 'voided', linkId, tenantId };
}
