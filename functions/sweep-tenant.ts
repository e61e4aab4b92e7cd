import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { countWaiting } from '../shared/operations/count-waiting.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { sweepTenant } from '../shared/operations/sweep-tenant.ts';

app.http('sweepTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/sweep',
  ...handle('Exports.Write', async ({ request, services, context }) => {
    const { tenantId, registrationId } = await findTenant(services, pathParameter(request, 'tenantId'));
    const { sweepId, released, counts } = await sweepTenant(services, registrationId);
    context.info('Tenant swept', JSON.stringify({ tenant: tenantId, sweepId, released: released.length, ...counts }));
    const stillWaiting = await countWaiting(await services.storage.partition(registrationId));
    return json(200, { sweepId, released, stillWaiting });
  }),
});
