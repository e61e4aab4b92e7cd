/**
 * The refusals of the service. Their documents are `{ "error": { "code", "message" } }`, and `x-ms-error-code` repeats the code.
 *
 * Codes and messages are those that the service was seen to give, where the public record shows them; the README says which.
 */

/** A request that is refused: the status, and what its error document says. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A request whose signature does not hold. As in the cloud, the answer does not say what is wrong with it. */
export function denied(): Refused {
  return new Refused(401, 'Denied', 'Denied by the resource provider.');
}

/** A body that is not of the right shape. `property` is a path such as `recipients.to`. */
export function invalidBody(property: string): Refused {
  return new Refused(400, 'BadRequest', `Request body validation error. See property '${property}'`);
}

/** A recipient whose address is none. */
export function invalidAddress(): Refused {
  return new Refused(400, 'InvalidEmailAddress', 'Invalid format for email address');
}

/** More requests than the limit allows. */
export function tooManyRequests(retryAfterSeconds: number): Refused {
  const message = `The number of requests exceeds the limit. Try again after ${retryAfterSeconds} seconds.`;
  return new Refused(429, 'TooManyRequests', message, retryAfterSeconds);
}

/** An operation id that has been used for another message. */
export function operationIdTaken(id: string): Refused {
  return new Refused(409, 'Conflict', `The operation id "${id}" has been used for another message`);
}

/** An operation that nobody began. */
export function noSuchOperation(id: string): Refused {
  return new Refused(404, 'NotFound', `Couldn't find a record with the operation id "${id}"`);
}
