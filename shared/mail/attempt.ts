/** Classifies the outcome of sending a mail by the step that follows. */
import { isWithoutToken } from '../identity/locate.ts';

/**
 * - `accepted`: the mail service has accepted the mail.
 * - `limited`: no mail can be sent before `retryAfterSeconds` have passed.
 * - `denied`: the mail service accepts no mail at all: the key, the sender or the resource is wrong.
 * - `refused`: the mail service does not accept this mail, and would refuse it again.
 * - `unavailable`: it is unknown whether the mail was accepted, because there was no answer or a server error.
 */
export type Attempt = { readonly outcome: 'accepted' } | FailedAttempt;

/** `code` is a short text without personal data; `reason` is the message of the mail service. */
export type FailedAttempt = { readonly code: string; readonly reason: string } & (
  | { readonly outcome: 'limited'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'denied' | 'refused' | 'unavailable' }
);

/** The properties of the client's errors; the client does not export their class. */
type ClientError = Error & {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly 'retry-after'?: string };
};

const defaultRetryAfterSeconds = 60;
const longestReason = 300;

/** Classifies an error of the client. Throws any error that is neither an answer of the mail service nor a network failure. */
export function attemptOf(error: unknown, timeoutMs: number): Attempt {
  if (!(error instanceof Error)) throw error;
  const { name, statusCode, code } = error as ClientError;
  if (name === 'AbortError' || name === 'TimeoutError') {
    return { outcome: 'unavailable', code: 'time-out', reason: `no answer within ${timeoutMs / 1000} seconds` };
  }
  if (isWithoutToken(error)) {
    return { outcome: 'unavailable', code: 'no token', reason: error.message.slice(0, longestReason) };
  }
  if (name !== 'RestError') throw error;
  const failure = { code: [statusCode, code].filter(Boolean).join(' '), reason: error.message.slice(0, longestReason) };
  if (statusCode === undefined || statusCode >= 500 || statusCode === 408)
    return { outcome: 'unavailable', ...failure };
  if (statusCode === 429) return { outcome: 'limited', retryAfterSeconds: retryAfterSeconds(error), ...failure };
  // No other mail is ever sent under this id: a conflict means that it was accepted before.
  if (statusCode === 409 && code === 'Conflict') return { outcome: 'accepted' };
  const isDenied = statusCode === 401 || statusCode === 403 || statusCode === 404;
  return { outcome: isDenied ? 'denied' : 'refused', ...failure };
}

/** `Retry-After` is a number of seconds, or a date. */
function retryAfterSeconds({ details }: ClientError): number {
  const value = details?.['retry-after'] ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : defaultRetryAfterSeconds;
}
