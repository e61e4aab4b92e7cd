import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { sourceAnchorInPath } from '../shared/http/source-anchor-in-path.ts';
import { objectToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';
import { findObject } from '../shared/use-cases/queries/find-object.ts';

app.http('object', {
  methods: ['GET'],
  // The anchor is the rest of the path: Azure's front end decodes %2F before it matches the route.
  route: 'tenants/{tenantId}/objects/{*sourceAnchor}',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { partition } = await findTenant(services, pathParameter(request, 'tenantId'));
    return json(200, objectToWire(await findObject(partition, sourceAnchorInPath(request))));
  }),
});
