import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';
import { voidLink } from '../shared/use-cases/report-links/void-links.ts';

app.http('voidReportLink', {
  methods: ['DELETE'],
  route: 'tenants/{tenantId}/reportLinks/{linkId}',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
    const linkId = await voidLink(services, tenant.registrationId, pathParameter(request, 'linkId'));
    logEvent(context, 'Report links voided', { tenant: tenant.tenantId, linkId, voided: 1 });
    return json(200, { voided: 1 });
  }),
});
