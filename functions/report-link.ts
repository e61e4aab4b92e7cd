import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { makeReportLink } from '../shared/links/report-link.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';

app.http('reportLink', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/reportLink',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    return json(200, await makeReportLink(services, registrationId));
  }),
});
