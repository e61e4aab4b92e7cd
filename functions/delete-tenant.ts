import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { parseConfirmation, pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { deleteTenant } from '../shared/use-cases/tenants/delete-tenant.ts';

app.http('deleteTenant', {
  methods: ['DELETE'],
  route: 'tenants/{tenantId}',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const tenantId = pathParameter(request, 'tenantId');
    parseConfirmation(request, tenantId);
    const deletion = await deleteTenant(services, tenantId);
    logEvent(context, 'Tenant deleted', { tenant: tenantId, ...deletion });
    return json(deletion.status === 'deleted' ? 200 : 202, { tenantId, ...deletion });
  }),
});
