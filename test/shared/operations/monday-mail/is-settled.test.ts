import { describe, expect, it } from 'vitest';
import { isDue, isSettled } from '../../../../shared/operations/monday-mail/is-settled.ts';
import type { WeekMailSummary } from '../../../../shared/store/week-mails.ts';

const at = (time: string): Date => new Date(time);

describe('isDue', () => {
  it.each([
    ['UTC', 8, '2026-11-16T07:59:59Z', false],
    ['UTC', 8, '2026-11-16T08:00:00Z', true],
    ['UTC', 0, '2026-11-16T00:00:00Z', true],
    ['UTC', 23, '2026-11-16T22:59:59Z', false],
    ['UTC', 23, '2026-11-16T23:00:00Z', true],
    ['UTC', 23, '2026-11-17T00:00:00Z', true],
    ['UTC', 8, '2026-11-22T23:59:59Z', true],
    ['UTC', 8, '2026-11-23T00:00:00Z', false],
    ['Asia/Tokyo', 8, '2026-11-15T22:59:59Z', false],
    ['Asia/Tokyo', 8, '2026-11-15T23:00:00Z', true],
    // Summer time ends on the Sunday before: eight o’clock is an hour later in UTC.
    ['Europe/Berlin', 8, '2026-10-26T06:59:59Z', false],
    ['Europe/Berlin', 8, '2026-10-26T07:00:00Z', true],
    // Summer time begins in Beirut at midnight between a Saturday and a Sunday: the Monday has all its hours.
    ['Asia/Beirut', 0, '2026-03-29T21:00:00Z', true],
  ])('in %s from %i o’clock on, it is at %s: %s', (mailTimeZone, mailHour, moment, expected) => {
    expect(isDue({ mailTimeZone, mailHour }, at(moment))).toBe(expected);
  });
});

describe('isSettled', () => {
  const tenant = { mailTimeZone: 'UTC' };
  const monday = at('2026-11-16T09:00:00Z');
  const tuesday = at('2026-11-17T09:00:00Z');
  const known = (rest: Partial<WeekMailSummary>): WeekMailSummary => ({
    registrationId: 'contoso',
    week: '2026-W47',
    status: 'sent',
    at: '2026-11-16T08:00:00.000Z',
    leaseUntil: null,
    previousSentAt: null,
    refusedFor: null,
    isPending: false,
    ...rest,
  });
  const settled = (rest: Partial<WeekMailSummary>, now = monday): boolean =>
    isSettled(known(rest), { tenant, refusedFor: 'ann', now });

  it('is so when the mail is sent, and not while nothing is known', () => {
    expect(settled({ status: 'sent' }, tuesday)).toBe(true);
    expect(isSettled(undefined, { tenant, refusedFor: 'ann', now: monday })).toBe(false);
    expect(settled({ status: 'waiting' })).toBe(false);
    expect(settled({ status: 'noRecipients' })).toBe(false);
  });

  it('is so while another run has a lease, and not from its end on', () => {
    expect(settled({ status: 'sending', leaseUntil: '2026-11-16T09:00:00.001Z' })).toBe(true);
    expect(settled({ status: 'sending', leaseUntil: '2026-11-16T09:00:00.000Z' })).toBe(false);
  });

  it('is so after a refusal for the same sender and recipients only', () => {
    expect(settled({ status: 'failed', refusedFor: 'ann' })).toBe(true);
    expect(settled({ status: 'failed', refusedFor: 'bob' })).toBe(false);
    expect(settled({ status: 'failed' })).toBe(false);
  });

  it('is so without errors when Monday is over, if Monday has said so', () => {
    expect(settled({ status: 'noErrors' }, monday)).toBe(false);
    expect(settled({ status: 'noErrors' }, tuesday)).toBe(true);
    expect(settled({ status: 'noErrors', at: '2026-11-17T08:00:00.000Z' }, tuesday)).toBe(false);
  });
});
