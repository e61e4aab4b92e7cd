/** Refusals, and problem documents (RFC 9457) on the wire. */
import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { IssuerUnavailable } from '../tokens/issuer-unavailable.ts';
import {
  internalErrorMessage,
  issuerUnavailableMessage,
  refusalTitles,
  storageUnavailableMessage,
  tooMuchToReadMessage,
} from '../messages/request-refusals.ts';
import { toJsonText } from '../to-json-text.ts';
import { RequestError, type RequestErrorCode } from '../request-error.ts';
import { TooMuchToRead } from '../store/read-rows.ts';
import { DamagedRegistration } from '../store/registration-problems.ts';
import { isUnavailable } from '../store/table.ts';

const statuses: Readonly<Record<RequestErrorCode, number>> = {
  TokenMissing: 401,
  TokenRefused: 401,
  RoleMissing: 403,
  InvalidBody: 400,
  InvalidParameter: 400,
  UnsupportedQuery: 400,
  TenantNotFound: 404,
  TenantBeingDeleted: 410,
  TenantDamaged: 503,
  TooManyDeletes: 409,
  ObjectNotFound: 404,
  CollectionNotFound: 404,
  FailureNotFound: 404,
  FeatureNotFound: 404,
  LinkNotFound: 404,
  FeatureStaysOn: 409,
  PayloadTooLarge: 413,
  MailNotSent: 502,
  RecipientNotAllowed: 403,
  TestMailTooSoon: 429,
  StorageBusy: 503,
  SweepUnfinished: 503,
  IssuerUnavailable: 503,
  InternalError: 500,
};

const retryAfterSeconds = 5;

/** A refusal: its code, and the status and headers of every answer to it. */
export type Refusal = {
  readonly code: RequestErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: string;
  readonly problems: RequestError['problems'];
};

/** Returns the refusal for an error; `InternalError` if it is an unexpected one. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof RequestError) {
    const refused = refusal(error.code, error.message, error.problems);
    const { retryAfterSeconds: seconds } = error;
    return seconds === undefined
      ? refused
      : { ...refused, headers: { ...refused.headers, 'Retry-After': String(seconds) } };
  }
  if (error instanceof IssuerUnavailable) {
    return refusal('IssuerUnavailable', issuerUnavailableMessage);
  }
  if (error instanceof DamagedRegistration) return refusal('TenantDamaged', error.message);
  if (error instanceof TooMuchToRead) {
    return refusal('PayloadTooLarge', tooMuchToReadMessage);
  }
  return isUnavailable(error)
    ? refusal('StorageBusy', storageUnavailableMessage)
    : refusal('InternalError', internalErrorMessage);
}

function refusal(code: RequestErrorCode, detail: string, problems: RequestError['problems'] = []): Refusal {
  const status = statuses[code];
  return { code, status, headers: headersOf(code, status), detail, problems };
}

/** Returns the headers of a refusal: when to try again, or how to authenticate (RFC 6750). */
function headersOf(code: RequestErrorCode, status: number): Refusal['headers'] {
  if (status === 503) return { 'Retry-After': String(retryAfterSeconds) };
  const challenge = challenges[code];
  return challenge ? { 'WWW-Authenticate': challenge } : {};
}

const challenges: Readonly<Partial<Record<RequestErrorCode, string>>> = {
  TokenMissing: 'Bearer',
  TokenRefused: 'Bearer error="invalid_token"',
  RoleMissing: 'Bearer error="insufficient_scope"',
};

/** Returns a refusal as a problem document. Its `instance` is the id of the invocation, under which the log has it. */
export function toProblemDocument(
  { code, status, headers, detail, problems }: Refusal,
  { invocationId }: Pick<InvocationContext, 'invocationId'>,
): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: toJsonText({
      type: `urn:duplicate-attribute-resiliency:${code}`,
      title: refusalTitles[code],
      status,
      detail,
      instance: `urn:uuid:${invocationId}`,
      ...(problems.length > 0 ? { errors: problems } : {}),
    }),
  };
}
