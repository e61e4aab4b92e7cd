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
  | 'FeatureStaysOn'
  | 'PayloadTooLarge'
  | 'MailNotSent'
  | 'StorageBusy'
  | 'IssuerUnavailable';

/** One place in a body that is wrong: a JSON pointer, and what is wrong there. */
export type BodyProblem = { readonly pointer: string; readonly detail: string };

/** A refusal with a message for the caller. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly problems: readonly BodyProblem[];

  constructor(code: RequestErrorCode, message: string, problems: readonly BodyProblem[] = []) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.problems = problems;
  }
}
