import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { type RunningMailbox, startMailbox } from '../../local/mailbox.ts';
import { group } from '../shared/directory/fixtures.ts';
import { faultsOf, mailTimeNow, messagesOf, recipientsOf } from '../support/mail.ts';
import { registerTenant, send, startService } from '../support/service.ts';

let azurite: RunningAzurite;
let mailbox: RunningMailbox;
let service: RunningFunctionsHost;

// A run mails all tenants that there are, so they have a storage of their own.
beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  mailbox = await startMailbox({ port: 0 });
  service = await startService({
    AzureWebJobsStorage: azurite.connectionString,
    COMMUNICATION_SERVICES_CONNECTION_STRING: mailbox.connectionString,
  });
});
afterAll(async () => {
  await service.stop();
  await mailbox.stop();
  await azurite.stop();
});
beforeEach(() => fetch(`${mailbox.url}/api/messages`, { method: 'DELETE' }));

const runNow = () => send(`${service.url}/admin/functions/sendMondayMail?wait=true`, { method: 'POST', body: {} });

async function tenantWithErrors(registration: Record<string, unknown> = {}) {
  const tenant = await registerTenant(service, { ...mailTimeNow(), ...registration });
  await tenant.export([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
  const mail = (body?: unknown) => send(`${tenant.url}/mail`, { method: 'POST', body });
  return { ...tenant, mail };
}

describe('sendMondayMail', () => {
  it('sends one mail however often it runs, and leaves at the tenant its outcome', async () => {
    const tenant = await tenantWithErrors({ recipients: ['once@contoso.com'] });
    expect((await tenant.get('')).body.mail).toBeNull();
    expect((await runNow()).status).toBe(200);
    expect((await runNow()).status).toBe(200);
    expect((await recipientsOf(mailbox)).filter((address) => address === 'once@contoso.com')).toHaveLength(1);
    const { body } = await tenant.get('');
    expect(body.mail).toEqual({
      week: expect.stringMatching(/^\d{4}-W\d\d$/),
      status: 'sent',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('carries a link that opens the report of the tenant', async () => {
    await tenantWithErrors({ displayName: 'Contoso & Söhne' });
    await runNow();
    const message = (await messagesOf(mailbox)).find(({ plainText }) => plainText?.includes('Söhne'));
    const [link = ''] = /^http\S+$/m.exec(message?.plainText ?? '') ?? [];
    expect(message?.html).toContain(`href="${link}"`);
    expect(link).toMatch(/^http:\/\/localhost:7071\/api\/report\?token=/);
    const { status, body } = await send(link.replace('http://localhost:7071', service.url));
    expect(status).toBe(200);
    expect(body).toContain('Contoso &amp; Söhne');
    expect(body).toContain('x@contoso.com');
  });

  it('fails if a mail was refused, and says why at the tenant and in the health', async () => {
    const refused = await tenantWithErrors({ recipients: ['bob@contoso.com'] });
    const other = await tenantWithErrors();
    await faultsOf(mailbox, { next: [{ kind: 'refuseRecipient', address: 'bob@contoso.com' }] });
    expect((await runNow()).status).toBe(500);
    expect((await refused.get('')).body.mail).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('InvalidEmailAddress'),
      whatToDo: expect.stringContaining('PUT /api/tenants/{tenantId}'),
    });
    expect((await other.get('')).body.mail).toMatchObject({ status: 'sent' });
    const { status, body } = await send(`${service.url}/api/health`);
    expect(status).toBe(200);
    expect(body.mail).toMatchObject({ hasFailed: true, hasWaiting: false, stoppedBy: null, notBefore: null });
    expect(JSON.stringify(body)).not.toMatch(/bob|contoso/);
  });
});

describe('POST /api/tenants/{tenantId}/mail', () => {
  it('sends a mail to the recipients now, and says what it sent', async () => {
    const tenant = await tenantWithErrors();
    const { status, body } = await tenant.mail();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: 'Sync errors detected on your Azure AD Connect service',
      to: ['admin@contoso.com'],
      counts: {
        values: 1,
        objects: 1,
        byProperty: { ProxyAddresses: { Group: 1 } },
        new: 1,
        released: 0,
        withdrawn: 0,
        failedOperations: 0,
      },
    });
    const [message] = await messagesOf(mailbox);
    expect(message).toMatchObject({ id: body.operationIds[0], plainText: body.plainText, html: body.html });
    expect((await tenant.get('')).body.mail).toBeNull();
  });

  it('sends to those of the recipients that are named, in any letter case', async () => {
    const tenant = await tenantWithErrors({ recipients: ['ann@contoso.com', 'bob@contoso.com'] });
    expect((await tenant.mail({ to: ['Bob@Contoso.com'] })).status).toBe(200);
    expect(await recipientsOf(mailbox)).toEqual(['Bob@Contoso.com']);
  });

  it.each([
    [['ann@fabrikam.com'], '"ann@fabrikam.com" is not a recipient of it'],
    [['admin@contoso.com', 'ann@fabrikam.com', 'bob@fabrikam.com'], '"ann@fabrikam.com" and 1 more are not'],
    [Array.from({ length: 500 }, (_, n) => `stranger${n}@fabrikam.com`), '"stranger0@fabrikam.com" and 499 more are'],
  ])('refuses with 403 to send to strangers, and sends to no one', async (to, said) => {
    const tenant = await tenantWithErrors();
    const { status, body } = await tenant.mail({ to });
    expect([status, body.type]).toEqual([403, 'urn:duplicate-attribute-resiliency:RecipientNotAllowed']);
    expect(body.detail).toContain(said);
    expect(body.detail).toContain('/mail/anybody');
    expect(await messagesOf(mailbox)).toEqual([]);
    // A refusal takes up no turn.
    expect((await tenant.mail()).status).toBe(200);
  });

  it('sends one mail a minute and tenant, also if several are requested at once', async () => {
    const tenant = await tenantWithErrors();
    const answers = await Promise.all(Array.from({ length: 4 }, () => tenant.mail()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429]);
    expect(await messagesOf(mailbox)).toHaveLength(1);
    const { status, headers, body } = await tenant.mail();
    expect([status, body.type]).toEqual([429, 'urn:duplicate-attribute-resiliency:TestMailTooSoon']);
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(body.detail).toContain(`${seconds} seconds`);
    expect((await tenant.mail({ dryRun: true })).status).toBe(200);
    // Another tenant has a turn of its own.
    expect((await (await tenantWithErrors()).mail()).status).toBe(200);
  });

  it('says what would be sent, and sends nothing, when it is a dry run', async () => {
    const { status, body } = await (await tenantWithErrors()).mail({ dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ to: ['admin@contoso.com'], operationIds: [], counts: { values: 1 } });
    expect(body.plainText).toContain('1 value is quarantined on 1 object.');
    expect(body.html).toMatch(/^<!DOCTYPE html>/);
    expect(await messagesOf(mailbox)).toEqual([]);
  });

  it.each([
    ['an address that is none', { to: ['ann'] }],
    ['nobody', { to: [] }],
    ['an unknown property', { cc: ['ann@contoso.com'] }],
    ['no object', []],
    ['invalid JSON', '{'],
  ])('refuses %s with 400', async (_, body) => {
    expect((await (await tenantWithErrors()).mail(body)).status).toBe(400);
  });

  it('refuses a tenant without recipients with 400, and an unknown one with 404', async () => {
    const { status, body } = await (await tenantWithErrors({ recipients: [] })).mail();
    expect(status).toBe(400);
    expect(body.detail).toContain('has no recipients');
    expect((await send(`${service.url}/api/tenants/nobody/mail`, { method: 'POST' })).status).toBe(404);
  });

  it('says so too in the mail: names do not become links', async () => {
    const tenant = await registerTenant(service, { displayName: 'Verify at https://evil.example/login' });
    const asks = { ...group('b', 'smtp:x@contoso.com'), displayName: 'www.evil.example' };
    await tenant.export([group('a', 'smtp:x@contoso.com'), asks]);
    const { body } = await send(`${tenant.url}/mail`, { method: 'POST', body: {} });
    for (const text of [body.html, body.plainText] as string[]) {
      expect(text).not.toContain('evil.example');
      expect(text).toContain('evil.\u200cexample');
      expect(text).toContain('smtp:x@contoso.com');
    }
    expect(body.subject).toBe('Sync errors detected on your Azure AD Connect service');
    const [message] = await messagesOf(mailbox);
    expect(message).toMatchObject({ plainText: body.plainText, html: body.html });
  });

  it('is 502 with what to do where the mail service does not accept the mail', async () => {
    const tenant = await tenantWithErrors();
    await faultsOf(mailbox, { next: [{ kind: 'throttle', retryAfterSeconds: 30 }] });
    const { status, body } = await tenant.mail();
    expect(status).toBe(502);
    expect(body).toMatchObject({ type: 'urn:duplicate-attribute-resiliency:MailNotSent' });
    expect(body.detail).toContain('429 TooManyRequests');
  });
});

describe('POST /api/tenants/{tenantId}/mail/anybody', () => {
  it('sends to others, one mail a minute together with the other route', async () => {
    const tenant = await tenantWithErrors();
    const toAnybody = () => send(`${tenant.url}/mail/anybody`, { method: 'POST', body: { to: ['ann@fabrikam.com'] } });
    expect((await toAnybody()).status).toBe(200);
    expect(await recipientsOf(mailbox)).toEqual(['ann@fabrikam.com']);
    expect((await toAnybody()).status).toBe(429);
    expect((await tenant.mail()).status).toBe(429);
  });
});

describe('PUT /api/tenants/{tenantId}, when mail is sent', () => {
  it('has mail at eight in UTC unless it says otherwise', async () => {
    const tenant = await registerTenant(service);
    expect((await tenant.get('')).body).toMatchObject({ mailTimeZone: 'UTC', mailHour: 8 });
    const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: [] };
    await tenant.put({ ...registration, mailTimeZone: 'Pacific/Auckland', mailHour: 0 });
    expect((await tenant.get('')).body).toMatchObject({ mailTimeZone: 'Pacific/Auckland', mailHour: 0 });
  });

  it.each([
    { mailTimeZone: 'Europe/Atlantis' },
    { mailTimeZone: '+01:00' },
    { mailHour: 24 },
    { mailHour: -1 },
    { mailHour: 7.5 },
    { mailHour: '8' },
  ])('refuses %j', async (wrong) => {
    const tenant = await registerTenant(service);
    const { status, body } = await tenant.put({ initialDomain: 'contoso.com', recipients: [], ...wrong });
    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe(`/${Object.keys(wrong)[0]}`);
  });
});
