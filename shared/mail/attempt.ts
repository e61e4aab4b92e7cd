/** What came of an attempt to send a mail, in terms of what to do next. */
import { isWithoutToken } from '../identity/locate.ts';

/**
 * - `accepted`: the service has taken the mail over.
 * - `limited`: no mail can be sent before `retryAfterSeconds` have passed.
 * - `denied`: the service accepts no mail from us at all: the key, the sender or the resource is wrong.
 * - `refused`: the service does not accept this mail; the same again will be refused too.
 * - `unavailable`: there was no answer, or none that says whether the mail was accepted.
 */
export type Attempt = { readonly outcome: 'accepted' } | FailedAttempt;

/** `code` is in few words and names nobody; `reason` is what the service said. */
export type FailedAttempt = { readonly code: string; readonly reason: string } & (
  | { readonly outcome: 'limited'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'denied' | 'refused' | 'unavailable' }
);

/** The errors of the client, by what they have: it does not export their class. */
type ClientError = Error & {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly 'retry-after'?: string };
};

const defaultRetryAfterSeconds = 60;
const longestReason = 300;

/** Makes an attempt of what the client threw. Throws on what is no answer of the service and no failure of the network. */
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
  const said = { code: [statusCode, code].filter(Boolean).join(' '), reason: error.message.slice(0, longestReason) };
  if (statusCode === undefined || statusCode >= 500 || statusCode === 408) return { outcome: 'unavailable', ...said };
  if (statusCode === 429) return { outcome: 'limited', retryAfterSeconds: retryAfterSeconds(error), ...said };
  // Only this mail is ever sent under its id: a conflict says that it was accepted before.
  if (statusCode === 409 && code === 'Conflict') return { outcome: 'accepted' };
  const isDenied = statusCode === 401 || statusCode === 403 || statusCode === 404;
  return { outcome: isDenied ? 'denied' : 'refused', ...said };
}

/** `Retry-After` is a number of seconds, or a date. */
function retryAfterSeconds({ details }: ClientError): number {
  const value = details?.['retry-after'] ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : defaultRetryAfterSeconds;
}
