import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { removeLinks } from '../shared/store/report-links.ts';

app.http('voidReportLinks', {
  methods: ['DELETE'],
  route: 'tenants/{tenantId}/reportLinks',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const { tenantId: tenant, registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const voided = await removeLinks(await services.storage.tenants(), registrationId);
    logEvent(context, 'Report links voided', { tenant, linkId: null, voided });
    return json(200, { voided });
  }),
});
