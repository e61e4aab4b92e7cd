import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { objectToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { findObject } from '../shared/operations/read-object.ts';

app.http('object', {
  methods: ['GET'],
  // To the end of the path: deployed, the platform decodes %2F before it looks for the route.
  route: 'tenants/{tenantId}/objects/{*sourceAnchor}',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const partition = await services.storage.partition(registrationId);
    return json(200, objectToWire(await findObject(partition, pathParameter(request, 'sourceAnchor'))));
  }),
});
