import { describe, expect, it } from 'vitest';
import { secondsToWait } from '../../local/mailbox/rate-limit.ts';

const minuteMs = 60_000;
const noon = Date.UTC(2026, 10, 23, 12);

describe('secondsToWait()', () => {
  it('is 0 without a limit', () => {
    expect(secondsToWait({}, [noon, noon, noon], noon)).toBe(0);
  });

  it('is 0 until the limit is reached', () => {
    expect(secondsToWait({ perMinute: 2 }, [noon], noon)).toBe(0);
    expect(secondsToWait({ perMinute: 2 }, [noon, noon], noon)).toBe(60);
  });

  it('is 0 again once the oldest request that counts is a minute old, not earlier', () => {
    const passed = [noon, noon + 1000, noon + 2000];
    expect(secondsToWait({ perMinute: 2 }, passed, noon + minuteMs)).toBe(1);
    expect(secondsToWait({ perMinute: 2 }, passed, noon + minuteMs + 999)).toBe(1);
    expect(secondsToWait({ perMinute: 2 }, passed, noon + minuteMs + 1000)).toBe(0);
  });

  it('returns the longer wait of two limits', () => {
    const passed = [noon, noon + 30 * minuteMs];
    expect(secondsToWait({ perMinute: 1, perHour: 2 }, passed, noon + 30 * minuteMs)).toBe(30 * 60);
    expect(secondsToWait({ perMinute: 1, perHour: 3 }, passed, noon + 30 * minuteMs)).toBe(60);
  });

  it('is never 0 if the limit is 0', () => {
    expect(secondsToWait({ perMinute: 0 }, [], noon)).toBe(60);
  });
});
