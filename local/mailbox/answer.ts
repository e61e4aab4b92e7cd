import { toJsonText } from '../../shared/to-json-text.ts';
import type { Refused } from './refused.ts';

/** What the server answers to one request. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer waits that long. */
  readonly delayMs?: number;
  /** The connection is cut instead of answered. */
  readonly isLost?: boolean;
};

/** An answer in JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: toJsonText(value),
  };
}

/** The answer to a refused request, as the service gives it. */
export function refusalAnswer({ status, code, message, retryAfterSeconds }: Refused): Answer {
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return jsonAnswer(status, { error: { code, message } }, { 'x-ms-error-code': code, ...retryAfter });
}

/** Says when to ask again how an operation stands. The service says 20 or 30 seconds; nobody should have to wait for that here. */
export const pollAgain = { 'retry-after': '1' } as const;
