import { describe, expect, it } from 'vitest';
import { readMailRun } from '../../../../shared/store/mail-run.ts';
import { checkHealth } from '../../../../shared/use-cases/queries/check-health.ts';
import { sendTestMail } from '../../../../shared/use-cases/monday-mail/send-test-mail.ts';
import { sweepTenant } from '../../../../shared/use-cases/sweep/sweep-tenant.ts';
import { faultsOf, messagesOf, recipientsOf, requestsOf } from '../../../support/mail.ts';
import { exportNow } from '../../../support/storage.ts';
import { group, remove } from '../../directory/fixtures.ts';
import { day, hour, later, monday, useMondayMail } from './fixture.ts';

const { at, change, mailbox, mailOf, register, registerWithErrors, run } = useMondayMail();
const received = () => messagesOf(mailbox());

describe('sendMondayMail()', () => {
  it('sends one mail to the recipients of a tenant with errors', async () => {
    const tenant = await registerWithErrors('contoso', { recipients: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(await run(monday)).toEqual({ tried: [['contoso', 'sent']], missed: [], error: undefined });
    const [message, ...others] = await received();
    expect(others).toEqual([]);
    expect(message?.subject).toBe('Sync errors detected on your Azure AD Connect service');
    expect(message?.to.map(({ address }) => address)).toEqual(['ann@contoso.com', 'bob@contoso.com']);
    expect(message?.plainText).toContain('1 value is quarantined on 1 object.');
    expect(await mailOf(tenant, monday)).toMatchObject({ week: '2026-W47', status: 'sent', letter: null, error: null });
  });

  it('sends nothing to a tenant without errors, and records that once', async () => {
    const tenant = await register('contoso');
    await exportNow(at(monday), tenant, [group('a', 'smtp:x@contoso.com')]);
    expect((await run(monday)).tried).toEqual([]);
    expect((await run(later(hour))).tried).toEqual([]);
    expect(await received()).toEqual([]);
    expect(await mailOf(tenant, monday)).toMatchObject({ status: 'noErrors', at: monday.toISOString() });
  });

  it('reports failures if no value is quarantined', async () => {
    const tenant = await register('contoso');
    await exportNow(at(monday), tenant, [{ ...group('a'), displayName: ' ' }]);
    await run(monday);
    expect((await received())[0]?.plainText).toContain('1 operation failed.');
  });

  it('sends no second mail in the same week, however often it runs', async () => {
    await registerWithErrors('contoso');
    for (const moment of [monday, later(1), later(hour), later(day), later(6 * day)]) await run(moment);
    expect(await received()).toHaveLength(1);
  });

  it('sends again in the next week, and reports the changes since', async () => {
    const tenant = await registerWithErrors('contoso');
    await run(monday);
    await exportNow(at(later(day)), tenant, [
      group('c', 'smtp:y@contoso.com'),
      group('d', 'smtp:y@contoso.com'),
      remove('a'),
    ]);
    await sweepTenant(at(later(2 * day)), tenant.registrationId);
    await run(later(7 * day));
    const [second, ...first] = await received();
    expect(first).toHaveLength(1);
    expect(second?.plainText).toContain('New since the last mail (16 November 2026): 1');
    expect(second?.plainText).toContain('Since then 1 resolved: 1 released automatically');
  });

  it('knows the time of the last mail after a week without errors', async () => {
    const tenant = await registerWithErrors('contoso');
    await run(monday);
    await exportNow(at(later(day)), tenant, [remove('b')]);
    await run(later(7 * day));
    await exportNow(at(later(8 * day)), tenant, [group('b', 'smtp:x@contoso.com')]);
    await run(later(14 * day));
    const [second, ...first] = await received();
    expect(first).toHaveLength(1);
    expect(second?.plainText).toContain('New since the last mail (16 November 2026): 1');
  });

  it('sends the mail on Tuesday if there was no run on Monday', async () => {
    await registerWithErrors('contoso');
    await run(later(day));
    expect(await received()).toHaveLength(1);
  });

  it('reports errors that begin after Monday on the next Monday', async () => {
    const tenant = await register('contoso');
    await run(monday);
    await exportNow(at(later(day)), tenant, [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    await run(later(day + hour));
    expect(await received()).toEqual([]);
    await run(later(7 * day));
    expect(await received()).toHaveLength(1);
  });

  it('waits for the hour of each tenant in its own zone', async () => {
    await registerWithErrors('auckland', { mailTimeZone: 'Pacific/Auckland' });
    await registerWithErrors('berlin', { mailTimeZone: 'Europe/Berlin', mailHour: 10 });
    await registerWithErrors('new-york', { mailTimeZone: 'America/New_York' });
    await run(later(-6 * day));
    const sundayEvening = new Date('2026-11-15T19:00:00Z');
    expect((await run(sundayEvening)).tried).toEqual([['auckland', 'sent']]);
    expect((await run(monday)).tried).toEqual([]);
    expect((await run(later(hour))).tried).toEqual([['berlin', 'sent']]);
    expect((await run(later(5 * hour))).tried).toEqual([['new-york', 'sent']]);
    expect((await run(later(6 * hour))).tried).toEqual([]);
  });

  it('records that there are no recipients, and sends once there are', async () => {
    const tenant = await registerWithErrors('contoso', { recipients: [] });
    expect((await run(monday)).error).toBeUndefined();
    expect(await mailOf(tenant, monday)).toMatchObject({ status: 'noRecipients' });
    await change({ ...tenant, recipients: ['ann@contoso.com'] });
    await run(later(hour));
    expect(await recipientsOf(mailbox())).toEqual(['ann@contoso.com']);
  });

  it('sends a delayed mail until the end of Saturday, and then the mail of the next week', async () => {
    await registerWithErrors('contoso');
    expect((await run(later(6 * day - 8 * hour - 1))).tried).toEqual([['contoso', 'sent']]);
    expect((await run(later(7 * day - 1))).tried).toEqual([]);
    expect((await run(later(7 * day))).tried).toEqual([['contoso', 'sent']]);
  });

  it('does not count a test mail as the mail of the week', async () => {
    const tenant = await registerWithErrors('contoso');
    await sendTestMail(at(monday), tenant, { to: ['tester@contoso.com'], dryRun: false, toAnybody: true });
    await run(monday);
    await sendTestMail(at(later(hour)), tenant, { dryRun: false, toAnybody: false });
    expect(await recipientsOf(mailbox())).toEqual(['tester@contoso.com', 'admin@contoso.com', 'admin@contoso.com']);
  });
});

describe('sendMondayMail() with more than 50 recipients', () => {
  const recipients = Array.from({ length: 101 }, (_, n) => `admin${n}@contoso.com`);

  it.each([50, 51, 101])('sends to %i recipients, each once', async (count) => {
    await registerWithErrors('contoso', { recipients: recipients.slice(0, count) });
    await run(monday);
    expect(await recipientsOf(mailbox())).toEqual(recipients.slice(0, count));
    expect(await received()).toHaveLength(Math.ceil(count / 50));
  });

  it.each([
    ['a limit', { kind: 'throttle' }],
    ['a lost answer', { kind: 'loseAnswer' }],
    ['a server error', { kind: 'status', status: 500 }],
  ])('resumes after %s, and no recipient gets two mails', async (_, fault) => {
    await registerWithErrors('contoso', { recipients });
    await faultsOf(mailbox(), { limit: { perMinute: 1 } });
    await run(monday);
    await faultsOf(mailbox(), { limit: { perMinute: 9 }, advanceSeconds: 60, next: [fault] });
    await run(later(hour));
    await faultsOf(mailbox(), { advanceSeconds: 60 });
    await run(later(2 * hour));
    expect(await recipientsOf(mailbox())).toEqual(recipients);
  });

  it('sends the other batches if a recipient is refused, and the rest of its batch once it is corrected', async () => {
    const tenant = await registerWithErrors('contoso', { recipients });
    const asks = { next: [{ kind: 'refuseRecipient', address: 'admin60@contoso.com' }] };
    await faultsOf(mailbox(), asks);
    expect((await run(monday)).error?.message).toContain('Cannot mail 1 tenants: contoso.');
    expect(await recipientsOf(mailbox())).toHaveLength(51);
    const corrected = recipients.filter((address) => address !== 'admin60@contoso.com');
    await change({ ...tenant, recipients: corrected });
    await run(later(hour));
    expect([...(await recipientsOf(mailbox()))].sort()).toEqual([...corrected].sort());
  });
});

describe('sendMondayMail() when the mail service does not accept mail', () => {
  const three = async () =>
    [
      await registerWithErrors('a-contoso'),
      await registerWithErrors('b-contoso'),
      await registerWithErrors('c-contoso'),
    ] as const;
  const countsAt = async (moment: Date) => readMailRun(await at(moment).storage.tenants());

  it('stops at a limit without an error or a further request, and the next run continues in order', async () => {
    const tenants = await three();
    await faultsOf(mailbox(), { limit: { perMinute: 1 } });
    expect(await run(monday)).toEqual({
      tried: [
        ['a-contoso', 'sent'],
        ['b-contoso', 'limited'],
      ],
      missed: [],
      error: undefined,
    });
    expect(await mailOf(tenants[1], monday)).toMatchObject({ status: 'waiting', whatToDo: expect.any(String) });
    expect(await countsAt(monday)).toMatchObject({
      counts: { sent: 1, waiting: 2 },
      stoppedBy: 'The limit of the mail service was reached: no mail before 2026-11-16T08:01:00.000Z.',
    });
    await faultsOf(mailbox(), { limit: { perMinute: 9 }, advanceSeconds: 60 });
    await run(later(hour));
    expect(await recipientsOf(mailbox())).toEqual([
      'admin@a-contoso.com',
      'admin@b-contoso.com',
      'admin@c-contoso.com',
    ]);
    expect(await countsAt(later(hour))).toMatchObject({ counts: { sent: 3, waiting: 0 }, stoppedBy: null });
    expect((await requestsOf(mailbox())).sends).toMatchObject({ total: 4, refused: { TooManyRequests: 1 } });
  });

  it('sends nothing before the time that the mail service requests', async () => {
    await registerWithErrors('contoso');
    await faultsOf(mailbox(), { next: [{ kind: 'throttle', retryAfterSeconds: 120 }] });
    await run(monday);
    expect(await run(later(119_000))).toEqual({ tried: [], missed: [], error: undefined });
    expect((await requestsOf(mailbox())).sends.total).toBe(1);
    expect((await run(later(120_000))).tried).toEqual([['contoso', 'sent']]);
  });

  it.each([401, 403])('stops at a %i, fails, and records it for the tenant', async (status) => {
    const tenants = await three();
    await faultsOf(mailbox(), { next: [{ kind: 'status', status }] });
    const { tried, error } = await run(monday);
    expect(tried).toEqual([['a-contoso', 'denied']]);
    expect(error?.message).toContain('Cannot mail 1 tenants: a-contoso. The mail service accepts no mail');
    const mail = await mailOf(tenants[0], monday);
    expect(mail).toMatchObject({ status: 'failed', error: expect.stringContaining(String(status)) });
    expect(mail?.whatToDo).toContain('COMMUNICATION_SERVICES_CONNECTION_STRING');
    expect(await countsAt(monday)).toMatchObject({ counts: { failed: 1, waiting: 2 } });
    expect((await run(later(hour))).error).toBeUndefined();
    expect(await received()).toHaveLength(3);
  });

  it.each([
    ['a server error', { kind: 'status', status: 500 }],
    ['a time-out', { kind: 'slow', ms: 2_000 }],
    ['a lost answer', { kind: 'loseAnswer' }],
  ])('continues with the other tenants after %s, and the next run sends the missing mail', async (_, fault) => {
    const tenants = await three();
    await faultsOf(mailbox(), { next: [fault] });
    const { tried, error } = await run(monday);
    expect(tried.map(([, outcome]) => outcome)).toEqual(['unavailable', 'sent', 'sent']);
    expect(error?.message).toContain('a-contoso');
    expect(await mailOf(tenants[0], monday)).toMatchObject({ status: 'failed', isPending: true });
    expect((await run(later(hour))).error).toBeUndefined();
    expect(await mailOf(tenants[0], later(hour))).toMatchObject({ status: 'sent', error: null });
    expect([...(await recipientsOf(mailbox()))].sort()).toEqual(tenants.map(({ recipients }) => recipients[0]));
  });

  it('stops after three failures in a row', async () => {
    await three();
    await registerWithErrors('d-contoso');
    await faultsOf(mailbox(), { next: Array.from({ length: 9 }, () => ({ kind: 'status', status: 503 })) });
    expect((await run(monday)).tried).toHaveLength(3);
    expect(await countsAt(monday)).toMatchObject({
      counts: { failed: 3, waiting: 1 },
      stoppedBy: 'The mail service was unavailable 3 times in a row (503 ServiceUnavailable).',
    });
  });

  it('records a refused recipient, mails the other tenants, and tries again only after a change', async () => {
    const [tenant] = await three();
    await faultsOf(mailbox(), { next: [{ kind: 'refuseRecipient', address: 'admin@a-contoso.com' }] });
    expect((await run(monday)).tried.map(([, outcome]) => outcome)).toEqual(['refused', 'sent', 'sent']);
    const mail = await mailOf(tenant, monday);
    expect(mail).toMatchObject({
      status: 'failed',
      error: '400 InvalidEmailAddress: Invalid format for email address',
    });
    expect(mail?.whatToDo).toContain('PUT /api/tenants/{tenantId}');
    expect(await run(later(hour))).toEqual({ tried: [], missed: [], error: undefined });
    expect(await countsAt(later(hour))).toMatchObject({ counts: { failed: 1, sent: 2 } });
    await change({ ...tenant, recipients: ['ann@contoso.com'] });
    expect((await run(later(2 * hour))).tried).toEqual([['a-contoso', 'sent']]);
  });

  it('neither names nor counts tenants in the health', async () => {
    await three();
    await faultsOf(mailbox(), { next: [{ kind: 'refuseRecipient', address: 'admin@a-contoso.com' }] });
    await run(monday);
    const { mail } = await checkHealth(at(monday));
    expect(JSON.stringify(mail)).not.toMatch(/contoso/);
    expect(mail).toEqual({
      endedAt: monday.toISOString(),
      hasFailed: true,
      hasWaiting: false,
      stoppedBy: null,
      notBefore: null,
    });
  });
});
