import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pageOf, readSkipToken } from '../shared/http/page-tokens.ts';
import { pageParameters, parseQuery } from '../shared/http/parameters.ts';
import { tenantToWire } from '../shared/http/wire.ts';
import { readTenants } from '../shared/store/tenants.ts';

app.http('tenants', {
  methods: ['GET'],
  route: 'tenants',
  ...handle(['Errors.Read', 'Tenants.Manage'], async ({ request, services }) => {
    const { skipToken, ...query } = parseQuery(request, pageParameters);
    // Of no tenant: the list is of all of them.
    const question = { registrationId: '', list: 'tenants', query };
    const after = readSkipToken(services, question, skipToken) ?? '';
    const { tenants, damaged, next } = await readTenants(await services.storage.tenants(), after, query.pageSize);
    // A list that leaves one out without a word would be taken for whole.
    if (damaged[0]) throw damaged[0];
    return json(200, pageOf({ request, services }, question, { value: tenants.map(tenantToWire), next }));
  }),
});
