import { app } from '@azure/functions';
import { handle } from '../shared/http/handle.ts';
import { jsonWithList } from '../shared/http/json-with-list.ts';
import { allowDeletesIn, parseExport } from '../shared/http/parse-body.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { readJson } from '../shared/http/read-json.ts';
import { exportToWire, resultsToWire } from '../shared/http/wire.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';
import { processExport } from '../shared/use-cases/export/process-export.ts';

app.http('processExport', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/exports',
  ...handle('Exports.Write', async ({ request, services, context }) => {
    const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
    const body = await readJson(request);
    const items = parseExport(body);
    const allowDeletes = allowDeletesIn(body);
    const processed = await processExport(services, tenant, items, { allowDeletes });
    const { exportId, durationMs, results, errorsOf, counts } = processed;
    const head = exportToWire(exportId, results);
    const { tenantId } = tenant;
    logEvent(context, 'Export processed', { tenant: tenantId, exportId, durationMs, ...head.summary, ...counts });
    return jsonWithList(head, 'results', resultsToWire(results, errorsOf));
  }),
});
