/** The most requests in any 60 seconds, and in any 60 minutes; unlimited if absent. */
export type RateLimit = { readonly perMinute?: number | undefined; readonly perHour?: number | undefined };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Returns how many seconds the next request must wait after `nowMs`; 0 if it may pass. `passedMs` has the times of earlier requests, ascending. */
export function secondsToWait(limit: RateLimit, passedMs: readonly number[], nowMs: number): number {
  const waitMs = Math.max(
    waitFor(limit.perMinute, minuteMs, passedMs, nowMs),
    waitFor(limit.perHour, hourMs, passedMs, nowMs),
  );
  return Math.ceil(waitMs / 1000);
}

function waitFor(most: number | undefined, windowMs: number, passedMs: readonly number[], nowMs: number): number {
  if (most === undefined) return 0;
  if (most === 0) return windowMs;
  // The last `most` requests fill the window until the oldest of them has left it.
  const oldest = passedMs.at(-most);
  return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - nowMs);
}
