import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { tenantAndMailToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';
import { findLastMail } from '../shared/use-cases/monday-mail/find-last-mail.ts';

app.http('tenant', {
  methods: ['GET'],
  route: 'tenants/{tenantId}',
  ...handle(['Errors.Read', 'Exports.Write', 'Tenants.Manage'], async ({ request, services }) => {
    const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
    return json(200, tenantAndMailToWire(tenant, await findLastMail(services, tenant)));
  }),
});
