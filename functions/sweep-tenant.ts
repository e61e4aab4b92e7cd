import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { logEvent } from '../shared/log-event.ts';
import { countWaiting } from '../shared/operations/count-waiting.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { removeExpired } from '../shared/operations/remove-expired.ts';
import { renewPlaceholders } from '../shared/operations/renew-placeholders.ts';
import { refuseUnfinished, sweepTenant } from '../shared/operations/sweep-tenant.ts';

app.http('sweepTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/sweep',
  ...handle('Exports.Write', async ({ request, services, context }) => {
    const tenant = await findTenant(services, pathParameter(request, 'tenantId'));
    const { tenantId, registrationId } = tenant;
    const users = await renewPlaceholders(services, tenant);
    if (users > 0) logEvent(context, 'Placeholders renewed', { tenant: tenantId, users });
    const sweep = await sweepTenant(services, registrationId);
    const { sweepId, durationMs, released, left, counts } = sweep;
    const swept = { tenant: tenantId, sweepId, durationMs, released: released.length, left: left.length, ...counts };
    logEvent(context, 'Tenant swept', swept);
    refuseUnfinished(sweep);
    const stillWaiting = await countWaiting(await services.storage.partition(registrationId));
    logEvent(context, 'Errors counted', { tenant: tenantId, openErrors: stillWaiting });
    const { counts: expiryCounts, ...removed } = await removeExpired(services, tenant, services.now());
    if (tenant.retentionDays > 0)
      logEvent(context, 'Expired rows removed', { tenant: tenantId, ...removed, ...expiryCounts });
    return json(200, { sweepId, released, stillWaiting, removed });
  }),
});
