import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { fromSkipToken, listOf, pageParameters, parseQuery, pathParameter } from '../shared/http/parameters.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { failureFromRow } from '../shared/store/failures.ts';
import { keysFrom } from '../shared/store/keys.ts';
import { readPage } from '../shared/store/partition.ts';

app.http('failures', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/failures',
  ...handle('Errors.Read', async ({ request, services }) => {
    const { pageSize, skipToken } = parseQuery(request, pageParameters);
    const { tenantId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const partition = await services.storage.partition(tenantId);
    const after = fromSkipToken(skipToken, 'failure|');
    const { rows, next } = await readPage(partition, keysFrom('failure|'), { after, pageSize });
    return json(200, listOf(request, rows.map(failureFromRow), next));
  }),
});
