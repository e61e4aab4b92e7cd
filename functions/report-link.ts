import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { makeReportLink } from '../shared/links/report-link.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';

app.http('reportLink', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/reportLink',
  ...handle('Errors.Read', async ({ request, services, context, caller }) => {
    const { tenantId: tenant, registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const link = await makeReportLink(services, registrationId, caller.name ?? 'unidentified');
    logEvent(context, 'Report link made', { tenant, linkId: link.linkId });
    return json(200, link);
  }),
});
