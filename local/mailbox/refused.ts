/**
 * The refusals of the service. Their documents are `{ "error": { "code", "message" } }`, and `x-ms-error-code` repeats the code.
 *
 * If codes and messages of the service are publicly known, they are the same here; the README says which.
 */

/** A refused request: the status, and the content of its error document. */
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

/** Returns the refusal of a wrong signature. As in the cloud, the answer does not say what is wrong. */
export function denied(): Refused {
  return new Refused(401, 'Denied', 'Denied by the resource provider.');
}

/** Returns the refusal of an invalid body. `property` is a path such as `recipients.to`. */
export function invalidBody(property: string): Refused {
  return new Refused(400, 'BadRequest', `Request body validation error. See property '${property}'`);
}

/** Returns the refusal of a recipient whose address is invalid. */
export function invalidAddress(): Refused {
  return new Refused(400, 'InvalidEmailAddress', 'Invalid format for email address');
}

/** Returns the refusal of a request that exceeds the limit. */
export function tooManyRequests(retryAfterSeconds: number): Refused {
  const message = `The number of requests exceeds the limit. Try again after ${retryAfterSeconds} seconds.`;
  return new Refused(429, 'TooManyRequests', message, retryAfterSeconds);
}

/** Returns the refusal of an operation id that was used for another message. */
export function operationIdTaken(id: string): Refused {
  return new Refused(409, 'Conflict', `The operation id "${id}" has been used for another message`);
}

/** Returns the refusal of a query for an unknown operation. */
export function noSuchOperation(id: string): Refused {
  return new Refused(404, 'NotFound', `Couldn't find a record with the operation id "${id}"`);
}
