import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { fromSkipToken, listOf, parseQuery, pathParameter } from '../shared/http/parameters.ts';
import { objectsQuery } from '../shared/http/queries.ts';
import { objectToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { readObjectPage } from '../shared/operations/read-object.ts';

app.http('objects', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/objects',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { objectType, hasErrors, pageSize, skipToken } = parseQuery(request, objectsQuery);
    const { tenantId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const partition = await services.storage.partition(tenantId);
    const page = { after: fromSkipToken(skipToken, 'object|'), pageSize };
    const { views, next } = await readObjectPage(partition, { objectType, hasErrors }, page);
    return json(200, listOf(request, views.map(objectToWire), next));
  }),
});
