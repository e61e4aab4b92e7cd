import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { parseBody } from '../shared/http/parse-body.ts';
import { pathParameter } from '../shared/http/parameters.ts';
import { readOptionalJson } from '../shared/http/read-body.ts';
import { mailRequestSchema } from '../shared/http/schemas.ts';
import { testMailToWire } from '../shared/http/wire.ts';
import { logEvent } from '../shared/log-event.ts';
import { findTenant } from '../shared/operations/find-tenant.ts';

app.http('mailTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/mail',
  ...handle('Exports.Write', async ({ request, services, context }) => {
    const tenant = await findTenant(services, pathParameter(request, 'tenantId'));
    const wanted = parseBody(mailRequestSchema, await readOptionalJson(request));
    const { sendTestMail } = await import('../shared/operations/monday-mail/send-test-mail.ts');
    const mail = await sendTestMail(services, tenant, wanted);
    const { to, operationIds, linkId } = mail;
    const sent = { tenant: tenant.tenantId, recipients: to.length, requests: operationIds.length, linkId };
    logEvent(context, 'Test mail', sent);
    return json(200, testMailToWire(mail));
  }),
});
