import { describe, expect, it } from 'vitest';
import { openOnce } from '../../shared/open-once.ts';

describe('openOnce()', () => {
  it('opens at the first call, and returns the same to all calls', async () => {
    let times = 0;
    const get = openOnce(() => Promise.resolve({ times: ++times }));
    expect(times).toBe(0);
    const [first, second] = await Promise.all([get(), get()]);
    expect([times, second, await get()]).toEqual([1, first, first]);
  });

  it('throws the failure to all calls that wait, and opens again at the next one', async () => {
    let times = 0;
    const get = openOnce(() => (++times === 1 ? Promise.reject(new Error('ECONNRESET')) : Promise.resolve(times)));
    const outcomes = await Promise.allSettled([get(), get()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await get()).toBe(2);
  });
});
