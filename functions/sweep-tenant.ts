import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { sweepToWire } from '../shared/http/wire.ts';
import { sweepLogOf } from '../shared/log-sweep.ts';
import { runSweep } from '../shared/use-cases/sweep/run-sweep.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';

app.http('sweepTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/sweep',
  ...handle('Exports.Write', async ({ request, services, context }) => {
    const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
    const log = sweepLogOf(context);
    return json(200, sweepToWire(await runSweep(services, tenant, { countsErrors: true, removesExpired: true, log })));
  }),
});
