import { describe, expect, it } from 'vitest';
import { isOverdue, isMailFinished } from '../../../../shared/use-cases/monday-mail/is-mail-finished.ts';
import type { WeekMailSummary } from '../../../../shared/store/week-mails.ts';
import { registrationIdOf } from '../../../../shared/tenant-id.ts';

const at = (time: string): Date => new Date(time);

describe('isSettled', () => {
  const tenant = { recipients: ['ann@contoso.com'] };
  const monday = at('2026-11-16T09:00:00Z');
  const tuesday = at('2026-11-17T09:00:00Z');
  const known = (rest: Partial<WeekMailSummary>): WeekMailSummary => ({
    registrationId: registrationIdOf('contoso', 2),
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
    isMailFinished(known(rest), { tenant, refusedFor: 'ann', now });

  it('is so when the mail is sent, and not while nothing is known', () => {
    expect(settled({ status: 'sent' }, tuesday)).toBe(true);
    expect(isMailFinished(undefined, { tenant, refusedFor: 'ann', now: monday })).toBe(false);
    expect(settled({ status: 'waiting' })).toBe(false);
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

  it('is so once a run has found no errors, for the whole week', () => {
    expect(settled({ status: 'noErrors' }, monday)).toBe(true);
    expect(settled({ status: 'noErrors', at: '2026-11-17T08:00:00.000Z' }, tuesday)).toBe(true);
  });

  it('is so without recipients, until there is one', () => {
    const nobody = { tenant: { recipients: [] }, refusedFor: '', now: monday };
    expect(isMailFinished(known({ status: 'noRecipients' }), nobody)).toBe(true);
    expect(settled({ status: 'noRecipients' })).toBe(false);
  });
});

describe('isLeftOver', () => {
  const now = at('2026-11-22T09:00:00Z');
  const known = {
    registrationId: registrationIdOf('contoso', 2),
    week: '2026-W47',
    at: '',
    previousSentAt: null,
    isPending: false,
  };
  const leftOver = (status: WeekMailSummary['status'], rest: Partial<WeekMailSummary> = {}): boolean =>
    isOverdue({ ...known, leaseUntil: null, refusedFor: null, ...rest, status }, now);

  it.each([
    ['waiting', true],
    ['failed', true],
    ['sending', true],
    ['sent', false],
    ['noErrors', false],
    ['noRecipients', false],
    ['missed', false],
  ] as const)('of a mail that is %s is %s', (status, expected) => {
    expect(leftOver(status)).toBe(expected);
  });

  it('is not what was refused, and not what a run has to itself', () => {
    expect(leftOver('failed', { refusedFor: 'ann' })).toBe(false);
    expect(leftOver('sending', { leaseUntil: '2026-11-22T09:00:00.001Z' })).toBe(false);
    expect(leftOver('sending', { leaseUntil: '2026-11-22T09:00:00.000Z' })).toBe(true);
  });
});
