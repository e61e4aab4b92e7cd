import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pageOf, readSkipToken } from '../shared/http/page-tokens.ts';
import { parseQuery, pathParameter } from '../shared/http/parameters.ts';
import { objectsQuery } from '../shared/http/queries.ts';
import { objectToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { readObjectPage } from '../shared/operations/read-object.ts';

app.http('objects', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/objects',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { skipToken, ...query } = parseQuery(request, objectsQuery);
    const { registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const partition = await services.storage.partition(registrationId);
    const question = { registrationId, list: 'objects', query };
    const after = readSkipToken(services, question, skipToken);
    const { views, next } = await readObjectPage(partition, query, { after, pageSize: query.pageSize });
    return json(200, pageOf({ request, services }, question, { value: views.map(objectToWire), next }));
  }),
});
