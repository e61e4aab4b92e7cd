import { app } from '@azure/functions';
import { auditToWire } from '../shared/http/audit-wire.ts';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';

app.http('auditTenant', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/audit',
  ...handle(['Errors.Read', 'Tenants.Manage'], async ({ request, services, context }) => {
    const tenantId = pathParameter(request, 'tenantId');
    const { auditRegistered } = await import('../shared/use-cases/audit/audit-registered.ts');
    const { counts, ...audit } = await auditRegistered(services, tenantId);
    logEvent(context, 'Tenant audited', { tenant: tenantId, findings: audit.findings.length, ...counts });
    return json(200, auditToWire(audit));
  }),
});
