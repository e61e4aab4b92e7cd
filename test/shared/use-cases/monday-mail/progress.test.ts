import { describe, expect, it } from 'vitest';
import { afterMail, beginRun } from '../../../../shared/use-cases/monday-mail/progress.ts';

const start = new Date('2026-11-16T08:00:00.000Z');
const after = (ms: number): Date => new Date(start.getTime() + ms);
const unavailable = { outcome: 'unavailable', code: '503', reason: '' } as const;
const sent = { outcome: 'sent' } as const;

describe('beginRun', () => {
  it('is stopped before the time that was asked for, and not from then on', () => {
    expect(beginRun(start, after(1)).stoppedBy).toContain('no mail before 2026-11-16T08:00:00.001Z');
    expect(beginRun(start, start)).toMatchObject({ stoppedBy: null, notBefore: null });
  });
});

describe('afterMail', () => {
  const running = beginRun(start, null);

  it('stops at a limit, for as long as was asked for', () => {
    const limited = { outcome: 'limited', retryAfterSeconds: 60, code: '429', reason: '' } as const;
    expect(afterMail(running, limited, after(1000)).notBefore).toEqual(after(61_000));
  });

  it('stops at the third in a row that is unavailable; one that is sent in between begins anew', () => {
    const twice = afterMail(afterMail(running, unavailable, start), unavailable, start);
    expect(twice.stoppedBy).toBeNull();
    expect(afterMail(twice, unavailable, start).stoppedBy).toContain('3 times in a row');
    expect(afterMail(afterMail(twice, sent, start), unavailable, start).stoppedBy).toBeNull();
  });

  it('stops after eight minutes', () => {
    expect(afterMail(running, sent, after(479_999)).stoppedBy).toBeNull();
    expect(afterMail(running, sent, after(480_000)).stoppedBy).toBe('The time of the run was over.');
  });
});
