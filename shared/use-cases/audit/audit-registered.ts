/** Audits and repairs a tenant by its id: its registration and all of its rows. */
import { checkRegistration } from '../../audit/check-registration.ts';
import type { Finding } from '../../audit/finding.ts';
import type { PlaceholderForm } from '../../directory/placeholder.ts';
import type { Services } from '../../services.ts';
import { noCounts, type StorageCounts } from '../../store/table.ts';
import { type Audit, auditTenant } from './audit-tenant.ts';
import { findRegistration } from '../tenants/find-tenant.ts';
import { type RepairedTenant, type RepairLog, repairTenant } from './repair-tenant.ts';

/** Audits a tenant. Throws the errors of {@link findRegistration}; a damaged registration is a finding. */
export async function auditRegistered(
  services: Services,
  tenantId: string,
): Promise<Audit & { readonly counts: StorageCounts }> {
  const { row, registrationId } = await findRegistration(services, tenantId);
  const findings = checkRegistration(row);
  if (registrationId === null) return { ...nothingRead(findings), counts: noCounts() };
  return withFindings(findings, await auditTenant(services, registrationId));
}

/** Repairs the rows of a tenant, as far as other rows show the right content. Its registration is not repaired. */
export async function repairRegistered(services: Services, tenantId: string, log: RepairLog): Promise<RepairedTenant> {
  const { row, registrationId } = await findRegistration(services, tenantId);
  const findings = checkRegistration(row);
  if (registrationId === null) {
    return { repairId: services.newId(), repairs: [], audit: nothingRead(findings), counts: noCounts() };
  }
  const form = findings.length === 0 ? (row as Readonly<Record<string, unknown>> as PlaceholderForm) : null;
  const repaired = await repairTenant(services, registrationId, log, form);
  return { ...repaired, audit: withFindings(findings, repaired.audit) };
}

/** The audit of a tenant whose registration is so damaged that its partition is unknown. */
function nothingRead(findings: readonly Finding[]): Audit {
  return { findings, unsettled: 0, unfinished: [], rows: 0 };
}

function withFindings<Audited extends Audit>(findings: readonly Finding[], audit: Audited): Audited {
  return { ...audit, findings: [...findings, ...audit.findings] };
}
