import { describe, expect, it } from 'vitest';
import { isOverdue, isMailFinished } from '../../../../shared/use-cases/monday-mail/is-mail-finished.ts';
import type { WeekMailSummary } from '../../../../shared/store/week-mails.ts';
import { registrationIdOf } from '../../../../shared/tenant-id.ts';

const at = (time: string): Date => new Date(time);

describe('isMailFinished()', () => {
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
  const finished = (rest: Partial<WeekMailSummary>, now = monday): boolean =>
    isMailFinished(known(rest), { tenant, refusedFor: 'ann', now });

  it('returns true for a sent mail, and false for a mail without a row', () => {
    expect(finished({ status: 'sent' }, tuesday)).toBe(true);
    expect(isMailFinished(undefined, { tenant, refusedFor: 'ann', now: monday })).toBe(false);
    expect(finished({ status: 'waiting' })).toBe(false);
  });

  it('returns true until the lease of another run ends', () => {
    expect(finished({ status: 'sending', leaseUntil: '2026-11-16T09:00:00.001Z' })).toBe(true);
    expect(finished({ status: 'sending', leaseUntil: '2026-11-16T09:00:00.000Z' })).toBe(false);
  });

  it('returns true after a refusal of the same sender and recipients', () => {
    expect(finished({ status: 'failed', refusedFor: 'ann' })).toBe(true);
    expect(finished({ status: 'failed', refusedFor: 'bob' })).toBe(false);
    expect(finished({ status: 'failed' })).toBe(false);
  });

  it('returns true for the whole week once a run has found no errors', () => {
    expect(finished({ status: 'noErrors' }, monday)).toBe(true);
    expect(finished({ status: 'noErrors', at: '2026-11-17T08:00:00.000Z' }, tuesday)).toBe(true);
  });

  it('returns true without recipients, until there is one', () => {
    const noRecipients = { tenant: { recipients: [] }, refusedFor: '', now: monday };
    expect(isMailFinished(known({ status: 'noRecipients' }), noRecipients)).toBe(true);
    expect(finished({ status: 'noRecipients' })).toBe(false);
  });
});

describe('isOverdue()', () => {
  const now = at('2026-11-22T09:00:00Z');
  const known = {
    registrationId: registrationIdOf('contoso', 2),
    week: '2026-W47',
    at: '',
    previousSentAt: null,
    isPending: false,
  };
  const overdue = (status: WeekMailSummary['status'], rest: Partial<WeekMailSummary> = {}): boolean =>
    isOverdue({ ...known, leaseUntil: null, refusedFor: null, ...rest, status }, now);

  it.each([
    ['waiting', true],
    ['failed', true],
    ['sending', true],
    ['sent', false],
    ['noErrors', false],
    ['noRecipients', false],
    ['missed', false],
  ] as const)('returns for a mail with the status %s: %s', (status, expected) => {
    expect(overdue(status)).toBe(expected);
  });

  it('returns false for a refused mail, and for one that a run is sending', () => {
    expect(overdue('failed', { refusedFor: 'ann' })).toBe(false);
    expect(overdue('sending', { leaseUntil: '2026-11-22T09:00:00.001Z' })).toBe(false);
    expect(overdue('sending', { leaseUntil: '2026-11-22T09:00:00.000Z' })).toBe(true);
  });
});
