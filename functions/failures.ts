import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pageOf, readSkipToken } from '../shared/http/page-tokens.ts';
import { pageParameters, parseQuery, pathParameter } from '../shared/http/parameters.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { failureFromRow } from '../shared/store/failures.ts';
import { keysFrom } from '../shared/store/keys.ts';
import { readPage } from '../shared/store/partition.ts';

app.http('failures', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/failures',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { skipToken, ...query } = parseQuery(request, pageParameters);
    const { registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const partition = await services.storage.partition(registrationId);
    const question = { registrationId, list: 'failures', query };
    const after = readSkipToken(services, question, skipToken);
    const { rows, next } = await readPage(partition, keysFrom('failure|'), { after, pageSize: query.pageSize });
    return json(200, pageOf({ request, services }, question, { value: rows.map(failureFromRow), next }));
  }),
});
