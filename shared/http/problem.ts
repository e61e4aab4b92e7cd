/** Problem documents (RFC 9457): how a refusal looks on the wire. */
import type { HttpResponseInit } from '@azure/functions';
import { RequestError, type RequestErrorCode } from '../request-error.ts';
import { isUnavailable } from '../store/table.ts';

const statuses: Readonly<Record<RequestErrorCode, number>> = {
  InvalidBody: 400,
  InvalidParameter: 400,
  TenantNotFound: 404,
  ObjectNotFound: 404,
  PayloadTooLarge: 413,
  StorageBusy: 503,
};

const titles: Readonly<Record<RequestErrorCode, string>> = {
  InvalidBody: 'The body of the request is not as it should be',
  InvalidParameter: 'A parameter of the request is not as it should be',
  TenantNotFound: 'There is no such tenant',
  ObjectNotFound: 'There is no such object',
  PayloadTooLarge: 'The request is too large',
  StorageBusy: 'The storage cannot answer now',
};

const retryAfterSeconds = 5;

/** Gives the problem document for an error that the caller can do something about; undefined for all others. */
export function problemFor(error: unknown): HttpResponseInit | undefined {
  if (error instanceof RequestError) return problem(error.code, error.message, error.problems);
  if (!isUnavailable(error)) return undefined;
  return problem(
    'StorageBusy',
    'Cannot finish the request: the storage does not answer. What was written stays, and nothing is half done. Send the same request again.',
  );
}

function problem(code: RequestErrorCode, detail: string, problems: RequestError['problems'] = []): HttpResponseInit {
  const status = statuses[code];
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(status === 503 ? { 'Retry-After': String(retryAfterSeconds) } : {}),
    },
    body: JSON.stringify({
      type: `urn:duplicate-attribute-resiliency:${code}`,
      title: titles[code],
      status,
      detail,
      ...(problems.length > 0 ? { errors: problems } : {}),
    }),
  };
}
