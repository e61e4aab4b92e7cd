import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { makeReportLink } from '../shared/use-cases/report-links/make-report-link.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';

app.http('reportLink', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/reportLink',
  ...handle('Errors.Read', async ({ request, services, context, caller }) => {
    const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
    const link = await makeReportLink(services, tenant.registrationId, caller.name ?? 'unidentified');
    logEvent(context, 'Report link made', { tenant: tenant.tenantId, linkId: link.linkId });
    return json(200, link);
  }),
});
