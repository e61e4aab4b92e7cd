import { STATUS_CODES } from 'node:http';
import { Refused, tooManyRequests } from './refused.ts';
import { secondsToWait, type RateLimit } from './rate-limit.ts';
import type { Answer } from './answer.ts';
import type { MailboxState, Traffic } from './state.ts';
import type { SendFault } from './parse-faults.ts';

/** Runs one request of the mail API, and counts it under its code if it is refused. */
export function countingRefusals(traffic: Traffic, answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refused) traffic.refused[error.code] = (traffic.refused[error.code] ?? 0) + 1;
    throw error;
  }
}

/** Refuses a request that is over the limit. One that is refused does not count against it. */
export function passLimit(state: MailboxState, traffic: Traffic, limit: RateLimit): void {
  const nowMs = Date.now() + state.aheadMs;
  const wait = secondsToWait(limit, traffic.passedMs, nowMs);
  if (wait > 0) throw tooManyRequests(wait);
  traffic.passedMs.push(nowMs);
}

/** Refuses a request if its fault says so. */
export function passFault(fault: SendFault | undefined): void {
  if (fault?.kind === 'throttle') throw tooManyRequests(fault.retryAfterSeconds);
  if (fault?.kind !== 'status') return;
  const name = STATUS_CODES[fault.status] ?? 'Unknown Status';
  throw new Refused(fault.status, name.replaceAll(/[^a-z]/gi, ''), `${name}, as the test asked for`);
}

/** The answer, late or lost if the fault says so. What was asked for has been done in any case. */
export function withFault(answer: Answer, fault: SendFault | undefined): Answer {
  if (fault?.kind === 'slow') return { ...answer, delayMs: fault.ms };
  if (fault?.kind === 'loseAnswer') return { ...answer, isLost: true };
  return answer;
}
