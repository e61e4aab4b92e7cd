import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { listFeatures } from '../shared/use-cases/queries/find-feature.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';

app.http('features', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/features',
  ...handle('Errors.Read', async ({ request, services }) => {
    await findTenant(services, pathParameter(request, 'tenantId'));
    return json(200, { value: listFeatures() });
  }),
});
