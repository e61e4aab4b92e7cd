import { describe, expect, it } from 'vitest';
import { secondsToWait } from '../../local/mailbox/rate-limit.ts';

const minuteMs = 60_000;
const noon = Date.UTC(2026, 10, 23, 12);

describe('secondsToWait', () => {
  it('lets everything pass without a limit', () => {
    expect(secondsToWait({}, [noon, noon, noon], noon)).toBe(0);
  });

  it('lets as many pass as the limit says', () => {
    expect(secondsToWait({ perMinute: 2 }, [noon], noon)).toBe(0);
    expect(secondsToWait({ perMinute: 2 }, [noon, noon], noon)).toBe(60);
  });

  it('lets the next one pass when the oldest that fills the minute is a minute old, not earlier', () => {
    const passed = [noon, noon + 1000, noon + 2000];
    expect(secondsToWait({ perMinute: 2 }, passed, noon + minuteMs)).toBe(1);
    expect(secondsToWait({ perMinute: 2 }, passed, noon + minuteMs + 999)).toBe(1);
    expect(secondsToWait({ perMinute: 2 }, passed, noon + minuteMs + 1000)).toBe(0);
  });

  it('waits for the limit that binds longer', () => {
    const passed = [noon, noon + 30 * minuteMs];
    expect(secondsToWait({ perMinute: 1, perHour: 2 }, passed, noon + 30 * minuteMs)).toBe(30 * 60);
    expect(secondsToWait({ perMinute: 1, perHour: 3 }, passed, noon + 30 * minuteMs)).toBe(60);
  });

  it('lets nothing pass where the limit is 0', () => {
    expect(secondsToWait({ perMinute: 0 }, [], noon)).toBe(60);
  });
});
