import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { parseBody } from '../shared/http/parse-body.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { readOptionalJson } from '../shared/http/read-body.ts';
import { mailRequestSchema } from '../shared/http/schemas.ts';
import { testMailToWire } from '../shared/http/wire.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';
import { sendTestMail } from '../shared/operations/monday-mail/send-test-mail.ts';

app.http('mailTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/mail',
  ...handle('Exports.Write', async ({ request, services }) => {
    const tenant = await findTenant(services, pathParameter(request, 'tenantId'));
    const wanted = parseBody(mailRequestSchema, await readOptionalJson(request));
    return json(200, testMailToWire(await sendTestMail(services, tenant, wanted)));
  }),
});
