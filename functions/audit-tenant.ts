import { app } from '@azure/functions';
import { auditToWire } from '../shared/http/audit-wire.ts';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { auditTenant } from '../shared/operations/audit-tenant.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';

app.http('auditTenant', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/audit',
  ...handle(['Errors.Read', 'Tenants.Manage'], async ({ request, services, context }) => {
    const { tenantId, registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const { counts, ...audit } = await auditTenant(services, registrationId);
    logEvent(context, 'Tenant audited', { tenant: tenantId, findings: audit.findings.length, ...counts });
    return json(200, auditToWire(audit));
  }),
});
