/** What a caller got wrong, or has to wait for. */

/** The codes of refusals; the HTTP layer gives each a status. */
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
  | 'IssuerUnavailable';

/** One place in a body that is wrong: a JSON pointer, and what is wrong there. */
export type BodyProblem = { readonly pointer: string; readonly detail: string };

/** A refusal with a message for the caller. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly problems: readonly BodyProblem[];
  /** After how many seconds the same request may succeed, if that is known. */
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
