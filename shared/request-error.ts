/** Refusals: what a caller got wrong, or has to wait for. The words are in `shared/messages/`. */

/** The codes of refusals. `http/problem.ts` has a status for each. */
export type RequestErrorCode =
  | 'TokenMissing'
  | 'TokenRefused'
  | 'RoleMissing'
  | 'InvalidBody'
  | 'InvalidParameter'
  | 'UnsupportedQuery'
  | 'TenantNotFound'
  | 'TenantBeingDeleted'
  | 'TenantDamaged'
  | 'TooManyDeletes'
  | 'ObjectNotFound'
  | 'CollectionNotFound'
  | 'FailureNotFound'
  | 'FeatureNotFound'
  | 'LinkNotFound'
  | 'FeatureStaysOn'
  | 'PayloadTooLarge'
  | 'MailNotSent'
  | 'RecipientNotAllowed'
  | 'TestMailTooSoon'
  | 'StorageBusy'
  | 'SweepUnfinished'
  | 'IssuerUnavailable'
  | 'InternalError';

/** An invalid place in a body: a JSON pointer (RFC 6901), and the reason. */
export type BodyProblem = { readonly pointer: string; readonly detail: string };

/** A refusal with a message for the caller. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly problems: readonly BodyProblem[];
  /** Seconds after which the same request may succeed, if known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: RequestErrorCode,
    message: string,
    problems: readonly BodyProblem[] = [],
    { retryAfterSeconds }: { readonly retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.problems = problems;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
