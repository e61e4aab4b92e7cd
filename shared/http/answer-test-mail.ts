/** Answers requests for a test mail: to recipients of the tenant or, for callers who manage tenants, to any address. */
import type { HttpResponseInit } from '@azure/functions';
import { logEvent } from '../log-event.ts';
import { findTenant } from '../use-cases/tenants/find-tenant.ts';
import { type Call, json } from './handle.ts';
import { parseBody } from './parse-body.ts';
import { pathParameter } from './parameters.ts';
import { readOptionalJson } from './read-json.ts';
import { mailRequestSchema } from './schemas.ts';
import { renderLetter } from '../views/mail/render-letter.ts';
import { testMailToWire } from './wire.ts';

/** Sends the requested mail, or only returns it. */
export async function answerTestMail({ request, services, context, caller }: Call): Promise<HttpResponseInit> {
  const { tenant } = await findTenant(services, pathParameter(request, 'tenantId'));
  const body = parseBody(mailRequestSchema, await readOptionalJson(request));
  const { sendTestMail } = await import('../use-cases/monday-mail/send-test-mail.ts');
  const mail = await sendTestMail({ ...services, renderLetter }, tenant, {
    ...body,
    toAnybody: caller.has('Tenants.Manage'),
  });
  const { to, operationIds, linkId } = mail;
  const sent = { tenant: tenant.tenantId, recipients: to.length, requests: operationIds.length, linkId };
  logEvent(context, 'Test mail', sent);
  return json(200, testMailToWire(mail));
}
