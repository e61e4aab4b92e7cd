import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { fromSkipToken, listOf, pageParameters, parseQuery } from '../shared/http/parameters.ts';
import { tenantToWire } from '../shared/http/wire.ts';
import { readTenants } from '../shared/store/tenants.ts';

app.http('tenants', {
  methods: ['GET'],
  route: 'tenants',
  ...handle(['Errors.Read', 'Tenants.Manage'], async ({ request, services }) => {
    const { pageSize, skipToken } = parseQuery(request, pageParameters);
    const after = fromSkipToken(skipToken, '') ?? '';
    const { tenants, next } = await readTenants(await services.storage.tenants(), after, pageSize);
    return json(200, listOf(request, tenants.map(tenantToWire), next));
  }),
});
