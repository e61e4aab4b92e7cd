/** Links to the report: signed, bound to one tenant and to reading, and good for some days. */
import type { Services } from '../services.ts';
import { type ReadToken, readToken, signToken } from './tokens.ts';

/** A link to a tenant's report, as the mail carries it. */
export type ReportLink = { readonly url: string; readonly expiresAt: Date };

const dayMs = 86_400_000;

/** Makes a link to the report of a registration of a tenant. Who has it can read the tenant's report until it expires. */
export async function makeReportLink({ settings, now }: Services, registrationId: string): Promise<ReportLink> {
  // A token holds whole seconds.
  const expiresAt = new Date(Math.floor((now().getTime() + settings.reportLinkDays * dayMs) / 1000) * 1000);
  const token = await signToken(settings.linkKeys, { tenantId: registrationId, purpose: 'report', expiresAt }, {});
  return { url: `${settings.reportBaseUrl}/api/report?token=${token}`, expiresAt };
}

/** Reads the token of a link to the report. */
export function readReportToken({ settings, now }: Services, token: string): Promise<ReadToken> {
  return readToken(settings.linkKeys, token, { purpose: 'report', now: now() });
}
