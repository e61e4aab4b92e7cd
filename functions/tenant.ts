import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { tenantToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';

app.http('tenant', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'tenants/{tenantId}',
  handler: handle(async ({ request, services }) =>
    json(200, tenantToWire(await findTenant(services, pathParameter(request, 'tenantId')))),
  ),
});
