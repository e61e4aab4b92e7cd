import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pageOf, readSkipToken } from '../shared/http/page-tokens.ts';
import { pageParameters, parseQuery, pathParameter } from '../shared/http/parameters.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { keysFrom } from '../shared/store/keys.ts';
import { readPage } from '../shared/store/partition.ts';
import { historyFromRow } from '../shared/store/rows.ts';

app.http('history', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/history',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { skipToken, ...query } = parseQuery(request, pageParameters);
    const { registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const partition = await services.storage.partition(registrationId);
    const question = { registrationId, list: 'history', query };
    const after = readSkipToken(services, question, skipToken);
    const { rows, next } = await readPage(partition, keysFrom('history|'), { after, pageSize: query.pageSize });
    return json(200, pageOf({ request, services }, question, { value: rows.map(historyFromRow), next }));
  }),
});
