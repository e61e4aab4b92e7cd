import { describe, expect, it } from 'vitest';
import { reserveTestMail } from '../../../shared/store/reserve-test-mail.ts';
import type { RegistrationId } from '../../../shared/tenant-id.ts';
import { newTenant, servicesHere } from '../../support/storage.ts';
import { monday } from '../directory/fixtures.ts';

const table = await servicesHere().storage.tenants();
const newRegistration = (): RegistrationId => newTenant().registrationId;

describe('reserveTestMail()', () => {
  const pauseMs = 60_000;
  const after = (ms: number): Date => new Date(monday.getTime() + ms);

  it.each([
    ['just before the pause is over', pauseMs - 1, 1],
    ['when the pause is over', pauseMs, 0],
    ['of a clock that was ahead', -3_600_000, pauseMs],
  ])('returns the milliseconds to wait %s', async (_, ms, expected) => {
    const registration = newRegistration();
    expect(await reserveTestMail(table, registration, { now: monday, pauseMs })).toBe(0);
    expect(await reserveTestMail(table, registration, { now: after(ms), pauseMs })).toBe(expected);
  });

  it('lets one of two calls at once send', async () => {
    const registration = newRegistration();
    const call = () => reserveTestMail(table, registration, { now: monday, pauseMs });
    const waits = await Promise.all([call(), call()]);
    expect(waits.filter((ms) => ms === 0)).toHaveLength(1);
  });
});
