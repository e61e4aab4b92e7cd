import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { parseBody } from '../shared/http/parse-body.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { readJson } from '../shared/http/read-json.ts';
import { featureSchema } from '../shared/http/schemas.ts';
import { setFeature } from '../shared/use-cases/queries/find-feature.ts';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';

app.http('putFeature', {
  methods: ['PUT'],
  route: 'tenants/{tenantId}/features/{name}',
  ...handle('Exports.Write', async ({ request, services }) => {
    const { enabled } = parseBody(featureSchema, await readJson(request));
    await findTenant(services, pathParameter(request, 'tenantId'));
    return json(200, setFeature(pathParameter(request, 'name'), enabled));
  }),
});
