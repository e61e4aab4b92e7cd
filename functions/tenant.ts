import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { tenantAndMailToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { findLastMail } from '../shared/operations/monday-mail/find-last-mail.ts';

app.http('tenant', {
  methods: ['GET'],
  route: 'tenants/{tenantId}',
  ...handle(['Errors.Read', 'Exports.Write', 'Tenants.Manage'], async ({ request, services }) => {
    const tenant = await findTenant(services, pathParameter(request, 'tenantId'));
    return json(200, tenantAndMailToWire(tenant, await findLastMail(services, tenant)));
  }),
});
