/** A client of the service. It repeats requests that may still succeed. */
import { setTimeout as delay } from 'node:timers/promises';
import { UnreachableError, UsageError } from '../exit-codes.ts';

type ServiceOptions = {
  readonly url: string;
  readonly tenant: string;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  /** How often a request is repeated if there is no answer, or an answer such as 429 or 503. */
  readonly retries: number;
  /** Receives the reason why a request will be repeated, and the pause before that. */
  readonly onRetry?: (reason: string, pauseMs: number) => void;
};

type ServiceCall = {
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly accept?: string;
};

/** The tenant's part of the service. */
export type Service = {
  readonly url: string;
  /** Sends a request to a path below the tenant and returns the JSON of a 2xx answer. */
  json(path: string, call?: ServiceCall): Promise<unknown>;
  /** Sends a request and returns a 2xx answer before its body has arrived. */
  open(path: string, call?: ServiceCall): Promise<Response>;
};

/** The service has refused a request, with this status. */
export class RefusedError extends UsageError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RefusedError';
    this.status = status;
  }
}

/** No answer takes longer: Azure ends a request after 230 seconds. */
const longestAnswerMs = 240_000;
const longestPauseMs = 300_000;
const firstPauseMs = 1_000;
const worthRepeating = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Returns a client for one tenant. Its requests throw {@link RefusedError}, and `UnreachableError` after all retries. */
export function createService(options: ServiceOptions): Service {
  const url = `${options.url.replace(/\/+$/, '')}/api/tenants/${encodeURIComponent(options.tenant)}`;
  const request = async <T>(path: string, call: ServiceCall, read: Read<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      const attempted = await tryOnce(`${url}${path}`, { ...call, read }, options);
      if ('answer' in attempted) return attempted.answer;
      const { reason, retryAfterMs } = attempted;
      if (attempt === options.retries) {
        throw new UnreachableError(`Cannot reach the service: ${reason}, after ${attempt + 1} attempts.`, {
          cause: attempted.cause,
        });
      }
      const pauseMs = Math.min(retryAfterMs ?? backOff(attempt), longestPauseMs);
      options.onRetry?.(reason, pauseMs);
      await delay(pauseMs);
    }
  };
  return {
    url,
    open: (path, call = {}) => request(path, call, (response) => Promise.resolve(response)),
    async json(path, call = {}) {
      const text = await request(path, call, (response) => response.text());
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw new UnreachableError(`Cannot reach the service: ${url}${path} did not answer with JSON. Check --url.`, {
          cause: error,
        });
      }
    },
  };
}

/** Reads an answer. If the connection is lost meanwhile, there was no answer. */
type Read<T> = (response: Response) => Promise<T>;

type Attempt<T> =
  | { readonly answer: T }
  | { readonly reason: string; readonly retryAfterMs?: number | undefined; readonly cause?: unknown };

async function tryOnce<T>(
  url: string,
  { method = 'GET', body, accept, read }: ServiceCall & { readonly read: Read<T> },
  options: ServiceOptions,
): Promise<Attempt<T>> {
  let refusal: { readonly status: number; readonly detail: string; readonly retryAfterMs: number | undefined };
  try {
    const response = await fetch(url, {
      method,
      headers: headersFor(options, { body, accept }),
      redirect: 'error',
      signal: AbortSignal.timeout(longestAnswerMs),
      ...(body === undefined ? {} : { body }),
    });
    if (response.ok) return { answer: await read(response) };
    const { status } = response;
    refusal = { status, detail: await detailOf(response), retryAfterMs: retryAfterMs(response) };
  } catch (error) {
    return { reason: `${url} did not answer (${causeOf(error)})`, cause: error };
  }
  const { status, detail } = refusal;
  if (!worthRepeating.has(status)) throw refused(status, detail, options);
  return { reason: `it answered ${status}: ${detail}`, retryAfterMs: refusal.retryAfterMs };
}

function headersFor(
  { key, token }: ServiceOptions,
  { body, accept }: { readonly body: string | undefined; readonly accept: string | undefined },
): Record<string, string> {
  return {
    accept: accept ?? 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { 'x-functions-key': key }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

/** Doubles the pause each time, with a random part, so that clients that were refused together do not return together. */
function backOff(attempt: number): number {
  return firstPauseMs * 2 ** attempt * (0.5 + Math.random() / 2);
}

function retryAfterMs(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

function refused(status: number, detail: string, { tenant, key, token }: ServiceOptions): RefusedError {
  const advice = key === undefined && token === undefined ? ' Give --key or --token.' : '';
  switch (status) {
    case 401:
    case 403:
      return new RefusedError(
        status,
        `Cannot use the service for tenant "${tenant}": it answered ${status}: ${detail}${advice}`,
      );
    default:
      return new RefusedError(status, `The service refused the request: it answered ${status}: ${detail}`);
  }
}

/** Returns the detail of a problem document, or the beginning of any other answer. */
async function detailOf(response: Response): Promise<string> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const { detail } = isJson ? (JSON.parse(text) as { detail?: unknown }) : {};
  if (typeof detail === 'string') return detail;
  return text.trim().slice(0, 300) || response.statusText;
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message || String((cause as { code?: unknown }).code);
}
