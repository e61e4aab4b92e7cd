import { STATUS_CODES } from 'node:http';
import { Refused, tooManyRequests } from './refused.ts';
import { secondsToWait, type RateLimit } from './rate-limit.ts';
import type { Answer } from './answer.ts';
import type { MailboxState, Traffic } from './state.ts';
import type { SendFault } from './parse-faults.ts';

/** Answers one request of the mail API, and counts it under its error code if it is refused. */
export function countingRefusals(traffic: Traffic, answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refused) traffic.refused[error.code] = (traffic.refused[error.code] ?? 0) + 1;
    throw error;
  }
}

/** Refuses a request that exceeds the limit. A refused request does not count against the limit. */
export function passLimit(state: MailboxState, traffic: Traffic, limit: RateLimit): void {
  const nowMs = Date.now() + state.aheadMs;
  const wait = secondsToWait(limit, traffic.passedMs, nowMs);
  if (wait > 0) throw tooManyRequests(wait);
  traffic.passedMs.push(nowMs);
}

/** Refuses a request if its fault is a refusal. */
export function passFault(fault: SendFault | undefined): void {
  if (fault?.kind === 'throttle') throw tooManyRequests(fault.retryAfterSeconds);
  if (fault?.kind !== 'status') return;
  const name = STATUS_CODES[fault.status] ?? 'Unknown Status';
  throw new Refused(fault.status, name.replaceAll(/[^a-z]/gi, ''), `${name}, on request of the test`);
}

/** Returns the answer, delayed or lost if the fault says so. The request has already taken effect. */
export function withFault(answer: Answer, fault: SendFault | undefined): Answer {
  if (fault?.kind === 'slow') return { ...answer, delayMs: fault.ms };
  if (fault?.kind === 'loseAnswer') return { ...answer, isLost: true };
  return answer;
}
