import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningMailbox, startMailbox } from '../../../local/mailbox.ts';
import { type Mailer, openMailer } from '../../../shared/mail/mailer.ts';
import { faultsOf, messagesOf, requestsOf } from '../../support/mail.ts';

let mailbox: RunningMailbox;
let mailer: Mailer;
const email = { to: ['admin@contoso.com'], subject: 'Joe waits', plainText: 'Joe waits.', html: '<p>Joe waits.</p>' };

beforeEach(async () => {
  mailbox = await startMailbox({ port: 0 });
  mailer = mailerFor(mailbox.connectionString);
});
afterEach(() => mailbox.stop());

function mailerFor(connectionString: string): Mailer {
  return openMailer({ connectionString, senderAddress: 'sync@contoso.com' }, { timeoutMs: 200 });
}

const send = (operationId: string = randomUUID()) => mailer.send(email, operationId);

describe('Mailer.send()', () => {
  it('sends one request, and does not poll for the delivery', async () => {
    expect(await send()).toEqual({ outcome: 'accepted' });
    expect(await requestsOf(mailbox)).toMatchObject({ sends: { total: 1 }, queries: { total: 0 } });
    expect(await messagesOf(mailbox)).toMatchObject([
      { senderAddress: 'sync@contoso.com', to: [{ address: 'admin@contoso.com' }], subject: 'Joe waits' },
    ]);
  });

  it('delivers a mail once if it is sent twice under one id', async () => {
    const operationId = randomUUID();
    await send(operationId);
    expect(await send(operationId)).toEqual({ outcome: 'accepted' });
    expect(await messagesOf(mailbox)).toHaveLength(1);
  });

  it('returns accepted for a conflict: a mail was accepted under the id before', async () => {
    const operationId = randomUUID();
    await send(operationId);
    expect(await mailer.send({ ...email, subject: 'Another' }, operationId)).toEqual({ outcome: 'accepted' });
  });

  it.each([
    [
      { kind: 'throttle', retryAfterSeconds: 30 },
      { outcome: 'limited', retryAfterSeconds: 30 },
    ],
    [
      { kind: 'status', status: 401 },
      { outcome: 'denied', code: '401 Unauthorized' },
    ],
    [
      { kind: 'status', status: 403 },
      { outcome: 'denied', code: '403 Forbidden' },
    ],
    [{ kind: 'status', status: 404 }, { outcome: 'denied' }],
    [
      { kind: 'refuseRecipient', address: 'admin@contoso.com' },
      { outcome: 'refused', code: '400 InvalidEmailAddress' },
    ],
    [{ kind: 'status', status: 413 }, { outcome: 'refused' }],
    [{ kind: 'status', status: 408 }, { outcome: 'unavailable' }],
    [
      { kind: 'status', status: 500 },
      { outcome: 'unavailable', code: '500 InternalServerError' },
    ],
    [{ kind: 'status', status: 503 }, { outcome: 'unavailable' }],
    [{ kind: 'loseAnswer' }, { outcome: 'unavailable', code: 'ECONNRESET' }],
    [
      { kind: 'slow', ms: 1_000 },
      { outcome: 'unavailable', code: 'time-out' },
    ],
  ])('returns, after the fault %j, %j with one request', async (fault, expected) => {
    await faultsOf(mailbox, { next: [fault] });
    expect(await send()).toMatchObject(expected);
    expect((await requestsOf(mailbox)).sends.total).toBe(1);
  });

  it('returns denied if the key is wrong', async () => {
    mailer = mailerFor(mailbox.connectionString.replace(/accesskey=.*/, 'accesskey=b3RoZXI='));
    expect(await send()).toMatchObject({ outcome: 'denied', code: '401 Denied' });
  });

  it('returns unavailable if the mail service cannot be reached', async () => {
    await mailbox.stop();
    expect(await send()).toMatchObject({ outcome: 'unavailable', code: 'ECONNREFUSED' });
  });

  it('throws if the client refuses the id: that is a defect of the service', async () => {
    await expect(send('contoso')).rejects.toThrow();
  });
});
