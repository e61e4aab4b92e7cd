import { app } from '@azure/functions';
import { repairToWire, rowToWire } from '../shared/http/audit-wire.ts';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { toJsonText } from '../shared/to-json-text.ts';
import { logEvent } from '../shared/log-event.ts';

app.http('repairTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/audit/repair',
  ...handle('Tenants.Manage', async ({ request, services, context }) => {
    const tenantId = pathParameter(request, 'tenantId');
    const { repairRegistered } = await import('../shared/use-cases/audit/audit-registered.ts');
    const repaired = await repairRegistered(services, tenantId, ({ code, rowKey }, prior) => {
      context.warn('Repairing a row', toJsonText({ tenant: tenantId, code, rowKey, prior: prior.map(rowToWire) }));
    });
    const { counts, repairs, audit } = repaired;
    const [mended, left] = [repairs.length, audit.findings.length];
    logEvent(context, 'Tenant repaired', { tenant: tenantId, mended, left, ...counts });
    return json(200, repairToWire(repaired));
  }),
});
