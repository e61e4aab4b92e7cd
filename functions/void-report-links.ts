import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';
import { voidLinks } from '../shared/use-cases/report-links/void-links.ts';

app.http('voidReportLinks', {
  methods: ['DELETE'],
  route: 'tenants/{tenantId}/reportLinks',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
    const voided = await voidLinks(services, tenant.registrationId);
    logEvent(context, 'Report links voided', { tenant: tenant.tenantId, linkId: null, voided });
    return json(200, { voided });
  }),
});
