import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pageOf, readSkipToken } from '../shared/http/page-tokens.ts';
import { pageParameters, parseQuery, pathParameter } from '../shared/http/parameters.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { readLinks } from '../shared/store/report-links.ts';

app.http('reportLinks', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/reportLinks',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { skipToken, ...query } = parseQuery(request, pageParameters);
    const { registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const question = { registrationId, list: 'reportLinks', query };
    const after = readSkipToken(services, question, skipToken);
    const page = { now: services.now(), after, pageSize: query.pageSize };
    const { links, next } = await readLinks(await services.storage.tenants(), registrationId, page);
    return json(200, pageOf({ request, services }, question, { value: links, next }));
  }),
});
