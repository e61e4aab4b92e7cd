import { toJsonText } from '../../shared/to-json-text.ts';
import type { Refused } from './refused.ts';

/** The answer to one request. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long the answer is delayed. */
  readonly delayMs?: number;
  /** Cuts the connection instead of answering. */
  readonly isLost?: boolean;
};

/** Returns an answer in JSON. */
export function jsonAnswer(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: toJsonText(value),
  };
}

/** Returns the answer to a refused request, in the form of the service. */
export function refusalAnswer({ status, code, message, retryAfterSeconds }: Refused): Answer {
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return jsonAnswer(status, { error: { code, message } }, { 'x-ms-error-code': code, ...retryAfter });
}

/** When to query the status of an operation again. The service says 20 or 30 seconds, which would be too long here. */
export const pollAgain = { 'retry-after': '1' } as const;
