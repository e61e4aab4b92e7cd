import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { parseExport } from '../shared/http/parse-body.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { readJson } from '../shared/http/read-body.ts';
import { exportToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { processExport } from '../shared/operations/process-export.ts';

app.http('processExport', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/exports',
  ...handle('Exports.Write', async ({ request, services, context }) => {
    const tenant = await findTenant(services, pathParameter(request, 'tenantId'));
    const items = parseExport(await readJson(request));
    const { exportId, results, errorsOf, counts } = await processExport(services, tenant, items);
    const body = exportToWire(exportId, results, errorsOf);
    context.info('Export processed', JSON.stringify({ tenant: tenant.tenantId, exportId, ...body.summary, ...counts }));
    return json(200, body);
  }),
});
