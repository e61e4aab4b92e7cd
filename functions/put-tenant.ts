import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { parseBody } from '../shared/http/parse-body.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { readJson } from '../shared/http/read-json.ts';
import { tenantSchema } from '../shared/http/schemas.ts';
import { tenantAndMailToWire } from '../shared/http/wire.ts';
import { logEvent } from '../shared/log-event.ts';
import { findLastMail } from '../shared/use-cases/monday-mail/find-last-mail.ts';
import { putTenant } from '../shared/use-cases/tenants/put-tenant.ts';

app.http('putTenant', {
  methods: ['PUT'],
  route: 'tenants/{tenantId}',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const registration = parseBody(tenantSchema, await readJson(request));
    const { tenant, outcome } = await putTenant(services, pathParameter(request, 'tenantId'), registration);
    logEvent(context, 'Tenant written', { tenant: tenant.tenantId, outcome });
    const mail = await findLastMail(services, tenant);
    return json(outcome === 'created' ? 201 : 200, tenantAndMailToWire(tenant, mail));
  }),
});
