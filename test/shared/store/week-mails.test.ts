import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { removeMails } from '../../../shared/store/remove-partition.ts';
import { readWeek, readWeekMail, type WeekMail, writeWeekMail } from '../../../shared/store/week-mails.ts';
import type { RegistrationId } from '../../../shared/tenant-id.ts';
import { newTenant, servicesHere } from '../../support/storage.ts';
import { monday, tuesday } from '../directory/fixtures.ts';

const table = await servicesHere().storage.tenants();
const newRegistration = (): RegistrationId => newTenant().registrationId;

const mailOf = (registrationId: RegistrationId, rest: Partial<WeekMail> = {}): WeekMail => ({
  ...{ registrationId, week: '2026-W47', status: 'sending', at: monday.toISOString(), leaseUntil: null },
  ...{ previousSentAt: null, refusedFor: null, error: null, whatToDo: null, letter: null, batches: [] },
  ...rest,
});

describe('writeWeekMail()', () => {
  const create = { etag: undefined, writeId: 'first' };

  it('creates a mail that readWeekMail() returns, also with a long letter', async () => {
    const letter = { subject: 'Joe', plainText: '€'.repeat(40_000), html: '<p>Joe</p>' };
    const batches = [{ number: 0, operationId: randomUUID(), to: ['admin@contoso.com'], state: 'pending' as const }];
    const mail = mailOf(newRegistration(), { letter, batches, leaseUntil: tuesday.toISOString() });
    const etag = await writeWeekMail(table, mail, create);
    expect(await readWeekMail(table, mail.week, mail.registrationId)).toEqual({ ...mail, isPending: true, etag });
    expect((await readWeek(table, mail.week)).get(mail.registrationId)).toMatchObject({ isPending: true });
  });

  it('returns undefined if another run was faster', async () => {
    const mail = mailOf(newRegistration());
    const etag = await writeWeekMail(table, mail, create);
    expect(await writeWeekMail(table, mail, { etag: undefined, writeId: 'other' })).toBeUndefined();
    const next = await writeWeekMail(table, { ...mail, status: 'sent' }, { etag, writeId: 'second' });
    expect(next).toBeDefined();
    expect(await writeWeekMail(table, mail, { etag, writeId: 'other' })).toBeUndefined();
    expect(await readWeekMail(table, mail.week, mail.registrationId)).toMatchObject({ status: 'sent', etag: next });
  });

  it('returns the ETag again for the same write whose answer was lost', async () => {
    const mail = mailOf(newRegistration());
    const etag = await writeWeekMail(table, mail, create);
    expect(await writeWeekMail(table, mail, create)).toBe(etag);
  });
});

describe('removeMails()', () => {
  it('removes the mails of weeks before a week, up to a number', async () => {
    const registration = newRegistration();
    const weeks = ['2026-W45', '2026-W46', '2026-W47'];
    for (const week of weeks) {
      await writeWeekMail(table, mailOf(registration, { week }), { etag: undefined, writeId: 'x' });
    }
    expect(await removeMails(table, registration, { beforeWeek: '2026-W47', most: 1 })).toEqual({
      count: 1,
      isMore: true,
    });
    expect(await removeMails(table, registration, { beforeWeek: '2026-W47' })).toEqual({ count: 1, isMore: false });
    expect(await removeMails(table, registration)).toEqual({ count: 1, isMore: false });
  });
});
