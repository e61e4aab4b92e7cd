/** Each mail is sent exactly once, wherever a run dies and however many runs overlap. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailTenant } from '../../../../shared/use-cases/monday-mail/mail-tenant.ts';
import type { Services } from '../../../../shared/services.ts';
import type { MailServices } from '../../../../shared/use-cases/monday-mail/letter-content.ts';
import { openStorage } from '../../../../shared/store/storage.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../support/faulty-proxy.ts';
import { faultsOf, messagesOf, recipientsOf, requestsOf } from '../../../support/mail.ts';
import { hour, later, monday, runWith, storageWithoutRetries, useMondayMail } from './fixture.ts';

const { at, azurite, change, mailbox, mailOf, registerWithErrors, run } = useMondayMail();
const minute = 60_000;

let proxy: FaultyProxy;
beforeAll(async () => {
  proxy = await startFaultyProxy(azurite().connectionString);
});
afterAll(() => proxy.stop());

/** Services that send to the mailbox, and stop for good before or after a mail, as a killed process does. `died` resolves then. */
function dying(services: MailServices, when: 'before' | 'after', number: number) {
  let sent = 0;
  const died = Promise.withResolvers<true>();
  const die = (): Promise<never> => {
    died.resolve(true);
    return new Promise<never>(() => undefined);
  };
  const mailer: Services['mailer'] = {
    ...services.mailer,
    async send(email, operationId) {
      sent++;
      if (sent === number && when === 'before') return die();
      const attempt = await services.mailer.send(email, operationId);
      return sent === number ? die() : attempt;
    },
  };
  return { services: { ...services, mailer }, died: died.promise };
}

/** Starts a run that dies, and waits for its death. */
async function runAndDie(when: 'before' | 'after', number: number): Promise<void> {
  const { services, died } = dying(at(monday), when, number);
  void runWith(services);
  await died;
}

describe('sendMondayMail() in overlapping runs', () => {
  it.each([2, 3])('sends each mail once when %i runs overlap', async (count) => {
    const tenants = Array.from({ length: 20 }, (_, n) => `t${String(n).padStart(2, '0')}`);
    for (const tenantId of tenants) await registerWithErrors(tenantId);
    const runs = await Promise.all(Array.from({ length: count }, () => run(monday)));
    expect(runs.map(({ error }) => error)).toEqual(Array.from({ length: count }, () => undefined));
    expect([...(await recipientsOf(mailbox()))].sort()).toEqual(tenants.map((tenantId) => `admin@${tenantId}.com`));
    expect((await requestsOf(mailbox())).sends.total).toBe(20);
  });

  it('leaves a mail to another run until the lease of that run ends', async () => {
    await registerWithErrors('contoso');
    await runAndDie('before', 1);
    await run(later(10 * minute - 1));
    expect(await messagesOf(mailbox())).toEqual([]);
    await run(later(10 * minute));
    expect(await messagesOf(mailbox())).toHaveLength(1);
  });

  it('stops a run that was delayed for longer than its lease', async () => {
    const tenant = await registerWithErrors('contoso', {
      recipients: Array.from({ length: 51 }, (_, n) => `admin${n}@contoso.com`),
    });
    let now = monday;
    const slow: MailServices = { ...at(monday), now: () => now };
    const mailer: Services['mailer'] = {
      ...slow.mailer,
      async send(email, operationId) {
        const attempt = await slow.mailer.send(email, operationId);
        now = later(10 * minute);
        return attempt;
      },
    };
    const task = { tenant, week: '2026-W47', previousSentAt: null, refusedFor: '', isNew: true };
    expect(await mailTenant({ ...slow, mailer }, task)).toMatchObject({ outcome: 'taken' });
    expect(await messagesOf(mailbox())).toHaveLength(1);
    await run(later(hour));
    expect(await recipientsOf(mailbox())).toEqual(tenant.recipients);
  });
});

describe('sendMondayMail(), killed', () => {
  const recipients = Array.from({ length: 51 }, (_, n) => `admin${n}@contoso.com`);

  it.each([
    ['before', 1],
    ['after', 1],
    ['before', 2],
    ['after', 2],
  ] as const)(
    '%s request %i to the mail service: the next run completes the mail, and no recipient gets two',
    async (when, number) => {
      const tenant = await registerWithErrors('contoso', { recipients });
      await runAndDie(when, number);
      expect(await mailOf(tenant, monday)).toMatchObject({ status: 'sending' });
      expect((await run(later(hour))).error).toBeUndefined();
      expect(await recipientsOf(mailbox())).toEqual(recipients);
      expect(await mailOf(tenant, later(hour))).toMatchObject({ status: 'sent' });
    },
  );

  it('sends the same letter again, byte for byte, although the link and the times would differ by then', async () => {
    await registerWithErrors('contoso');
    await runAndDie('after', 1);
    await run(later(hour));
    // The mailbox answers with a conflict if the content differs under the same id.
    expect((await requestsOf(mailbox())).sends).toMatchObject({ total: 2, accepted: 1, repeated: 1, refused: {} });
  });

  it.each(['cut', 'loseAnswer'] as const)(
    'at any request to storage (%s): the next run completes the mail, and no recipient gets two',
    async (fault) => {
      const storage = storageWithoutRetries(proxy.connectionString);
      let isComplete = false;
      for (let number = 1; !isComplete; number++) {
        const tenantId = `t${String(number).padStart(3, '0')}`;
        await registerWithErrors(tenantId, { recipients: recipients.map((address) => `${tenantId}-${address}`) });
        proxy.failWhere(() => 'pass');
        await storage.tenants();
        proxy.failWhere((seen) => (seen === number ? fault : 'pass'));
        await run(monday, storage);
        isComplete = proxy.seen() < number;
        await run(later(hour));
        const arrived = (await recipientsOf(mailbox())).filter((address) => address.startsWith(tenantId));
        expect(arrived).toHaveLength(51);
        expect(new Set(arrived).size).toBe(51);
      }
      expect((await requestsOf(mailbox())).sends.refused).toEqual({});
    },
    120_000,
  );

  it('recognizes its own write after a lost answer, so a retry completes the run', async () => {
    const storage = openStorage({ connectionString: proxy.connectionString });
    proxy.failWhere(() => 'pass');
    await storage.tenants();
    let isComplete = false;
    for (let number = 1; !isComplete; number++) {
      const tenantId = `t${String(number).padStart(3, '0')}`;
      await registerWithErrors(tenantId);
      proxy.failWhere((seen) => (seen === number ? 'loseAnswer' : 'pass'));
      expect(await run(monday, storage)).toEqual({ tried: [[tenantId, 'sent']], missed: [], error: undefined });
      isComplete = proxy.seen() < number;
    }
    expect((await requestsOf(mailbox())).sends).toMatchObject({ repeated: 0, refused: {} });
  });

  it('sends no mail twice when storage fails for good after the mail was accepted', async () => {
    const tenant = await registerWithErrors('contoso');
    const services = at(monday, storageWithoutRetries(proxy.connectionString));
    let isDown = false;
    proxy.failWhere(() => (isDown ? 'cut' : 'pass'));
    const mailer: Services['mailer'] = {
      ...services.mailer,
      async send(email, operationId) {
        const attempt = await services.mailer.send(email, operationId);
        isDown = true;
        return attempt;
      },
    };
    expect((await runWith({ ...services, mailer })).error).toBeDefined();
    await run(later(hour));
    expect(await messagesOf(mailbox())).toHaveLength(1);
    expect(await mailOf(tenant, later(hour))).toMatchObject({ status: 'sent' });
  });

  it('sends no mail twice even if its row is lost, because the operation id is the same', async () => {
    const tenant = await registerWithErrors('contoso');
    await run(monday);
    const table = await at(monday).storage.tenants();
    await table.deleteEntity('mail|2026-W47', tenant.registrationId);
    await change(tenant);
    expect((await run(later(hour))).tried).toEqual([['contoso', 'sent']]);
    expect(await messagesOf(mailbox())).toHaveLength(1);
  });
});

describe('sendMondayMail() under one operation id', () => {
  it('repeats a request after a lost answer, under the same id, until an answer arrives', async () => {
    await registerWithErrors('contoso');
    for (const number of [0, 1, 2]) {
      await faultsOf(mailbox(), { next: [{ kind: 'loseAnswer' }] });
      expect((await run(later(number * hour))).tried).toEqual([['contoso', 'unavailable']]);
    }
    expect((await run(later(3 * hour))).tried).toEqual([['contoso', 'sent']]);
    expect((await requestsOf(mailbox())).sends).toMatchObject({ total: 4, accepted: 1, repeated: 3 });
  });
});
