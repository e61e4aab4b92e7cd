import { describe, expect, it } from 'vitest';
import { progressAfter, beginMailRun } from '../../../../shared/use-cases/monday-mail/mail-run-progress.ts';

const start = new Date('2026-11-16T08:00:00.000Z');
const after = (ms: number): Date => new Date(start.getTime() + ms);
const unavailable = { outcome: 'unavailable', code: '503', reason: '' } as const;
const sent = { outcome: 'sent' } as const;

describe('beginMailRun()', () => {
  it('is stopped until the mail service accepts mail again', () => {
    expect(beginMailRun(start, after(1)).stoppedBy).toContain('no mail before 2026-11-16T08:00:00.001Z');
    expect(beginMailRun(start, start)).toMatchObject({ stoppedBy: null, notBefore: null });
  });
});

describe('progressAfter()', () => {
  const running = beginMailRun(start, null);

  it('stops at a limit, for the time that the mail service requests', () => {
    const limited = { outcome: 'limited', retryAfterSeconds: 60, code: '429', reason: '' } as const;
    expect(progressAfter(running, limited, after(1000)).notBefore).toEqual(after(61_000));
  });

  it('stops at the third unavailable answer in a row; a sent mail restarts the count', () => {
    const twice = progressAfter(progressAfter(running, unavailable, start), unavailable, start);
    expect(twice.stoppedBy).toBeNull();
    expect(progressAfter(twice, unavailable, start).stoppedBy).toContain('3 times in a row');
    expect(progressAfter(progressAfter(twice, sent, start), unavailable, start).stoppedBy).toBeNull();
  });

  it('stops after eight minutes', () => {
    expect(progressAfter(running, sent, after(479_999)).stoppedBy).toBeNull();
    expect(progressAfter(running, sent, after(480_000)).stoppedBy).toBe('The time of the run was over.');
  });
});
