import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { voidLink } from '../shared/operations/void-link.ts';

app.http('voidReportLink', {
  methods: ['DELETE'],
  route: 'tenants/{tenantId}/reportLinks/{linkId}',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const { tenantId: tenant, registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const linkId = await voidLink(services, registrationId, pathParameter(request, 'linkId'));
    logEvent(context, 'Report links voided', { tenant, linkId, voided: 1 });
    return json(200, { voided: 1 });
  }),
});
