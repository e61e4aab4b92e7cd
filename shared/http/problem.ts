/** Problem documents (RFC 9457): how a refusal looks on the wire. */
import type { HttpResponseInit } from '@azure/functions';
import { IssuerUnavailable } from '../tokens/issuer-unavailable.ts';
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
};

const titles: Readonly<Record<RequestErrorCode, string>> = {
  TokenMissing: 'The request has no access token',
  TokenRefused: 'The access token is not accepted',
  RoleMissing: 'The access token does not allow the request',
  InvalidBody: 'The body of the request is not as it should be',
  InvalidParameter: 'A parameter of the request is not as it should be',
  UnsupportedQuery: 'The query asks for what is not supported',
  TenantNotFound: 'There is no such tenant',
  TenantBeingDeleted: 'The tenant is being deleted',
  TenantDamaged: 'The registration of the tenant cannot be read',
  TooManyDeletes: 'The export would delete too many objects',
  ObjectNotFound: 'There is no such object',
  CollectionNotFound: 'There is no such collection',
  FailureNotFound: 'There is no such failure',
  FeatureNotFound: 'There is no such feature',
  LinkNotFound: 'There is no such link',
  FeatureStaysOn: 'The feature cannot be switched off',
  PayloadTooLarge: 'The request is too large',
  MailNotSent: 'The mail service did not accept the mail',
  RecipientNotAllowed: 'The mail may go to the recipients of the tenant only',
  TestMailTooSoon: 'The last test mail was sent a moment ago',
  StorageBusy: 'The storage cannot answer now',
  SweepUnfinished: 'The sweep left values that it could have released',
  IssuerUnavailable: 'The access token cannot be checked now',
};

const retryAfterSeconds = 5;

/** A refusal: what it is, and the status and headers that it has in every shape of answer. */
export type Refusal = {
  readonly code: RequestErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: string;
  readonly problems: RequestError['problems'];
};

/** Gives the refusal for an error that the caller can do something about; undefined for all others. */
export function refusalFor(error: unknown): Refusal | undefined {
  if (error instanceof RequestError) {
    const refused = refusal(error.code, error.message, error.problems);
    const { retryAfterSeconds: seconds } = error;
    return seconds === undefined
      ? refused
      : { ...refused, headers: { ...refused.headers, 'Retry-After': String(seconds) } };
  }
  if (error instanceof IssuerUnavailable) {
    return refusal(
      'IssuerUnavailable',
      'Cannot check the access token: the issuer that signed it does not give its keys. Send the same request again.',
    );
  }
  if (error instanceof DamagedRegistration) return refusal('TenantDamaged', error.message);
  if (error instanceof TooMuchToRead) {
    return refusal(
      'PayloadTooLarge',
      'Cannot process the request: the objects that it names have more than 64 MiB together as they are stored. Send the operations in several requests.',
    );
  }
  if (!isUnavailable(error)) return undefined;
  return refusal(
    'StorageBusy',
    'Cannot finish the request: the storage does not answer. What was written stays, and nothing is half done. Send the same request again.',
  );
}

function refusal(code: RequestErrorCode, detail: string, problems: RequestError['problems'] = []): Refusal {
  const status = statuses[code];
  return { code, status, headers: headersOf(code, status), detail, problems };
}

/** What a client is told in headers: when to come again, or by which rules to prove itself (RFC 6750). */
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

/** Writes a refusal as a problem document. */
export function toProblemDocument({ code, status, headers, detail, problems }: Refusal): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: toJsonText({
      type: `urn:duplicate-attribute-resiliency:${code}`,
      title: titles[code],
      status,
      detail,
      ...(problems.length > 0 ? { errors: problems } : {}),
    }),
  };
}
