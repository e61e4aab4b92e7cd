import { app } from '@azure/functions';
import { handle } from '../shared/http/handle.ts';
import { parseFailureName, pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { dismissFailure } from '../shared/use-cases/tenants/dismiss-failure.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';

app.http('dismissFailure', {
  methods: ['DELETE'],
  route: 'tenants/{tenantId}/failures',
  ...handle('Conflicts.Fix', async ({ request, services, context }) => {
    const sourceAnchor = parseFailureName(request);
    const { tenant, partition } = await findTenant(services, pathParameter(request, 'tenantId'));
    const { code } = await dismissFailure(partition, sourceAnchor);
    logEvent(context, 'Failure dismissed', { tenant: tenant.tenantId, code });
    return { status: 204, headers: { 'Cache-Control': 'no-store' } };
  }),
});
