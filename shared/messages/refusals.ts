/** The words of refused requests: what cannot be done, why, and what to do. */
import { RequestError } from '../request-error.ts';

/** A text of a client is shown up to this length. */
const shownCharacters = 100;

const shown = (text: string): string => `"${text.slice(0, shownCharacters)}"`;
const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

const whatWasWritten = 'The written part is kept. Send the same export again.';

/** The tenant does not exist. */
export function tenantNotFound(tenantId: string): RequestError {
  return new RequestError(
    'TenantNotFound',
    `Cannot find tenant ${shown(tenantId)}. Register it first: PUT /api/tenants/{tenantId}.`,
  );
}

/** The tenant is being deleted. */
export function tenantBeingDeleted(tenantId: string, deletingSince: string): RequestError {
  return new RequestError(
    'TenantBeingDeleted',
    `Cannot use tenant "${tenantId}": it has been in deletion since ${deletingSince}. The next sweep completes the deletion; sending the DELETE again does so now. After that its id can be registered again.`,
  );
}

/** The id cannot be the id of a tenant. */
export function tenantIdInvalid(tenantId: string): RequestError {
  return new RequestError(
    'InvalidParameter',
    `Cannot register tenant ${shown(tenantId)}: its id must have 1 to 64 characters of a-z, 0-9 and "-".`,
  );
}

/** The deletion of a tenant is not confirmed. */
export function deletionNotConfirmed(tenantId: string): RequestError {
  return new RequestError(
    'InvalidParameter',
    `Cannot delete tenant ${shown(tenantId)}: the parameter "confirm" must repeat its id. Deleting removes all its objects, errors and history, and cannot be undone.`,
  );
}

/** The object does not exist. */
export function objectNotFound(sourceAnchor: string, tenantId: string): RequestError {
  return new RequestError(
    'ObjectNotFound',
    `Cannot find object ${shown(sourceAnchor)} in tenant "${tenantId}". A source anchor is case-sensitive, and "/", "+" and "=" in it must be percent-encoded. If a proxy changes slashes in paths, use GET .../objects?sourceAnchor= instead.`,
  );
}

/** The object has no failure to dismiss. */
export function failureNotFound(sourceAnchor: string): RequestError {
  return new RequestError(
    'FailureNotFound',
    `Cannot dismiss the failure of object "${sourceAnchor}": it has none. A source anchor is case-sensitive and must be percent-encoded ("+" as %2B). GET /api/tenants/{tenantId}/failures lists the objects that have one.`,
  );
}

/** The request does not name the object whose failure is to be dismissed. */
export function failureNotNamed(): RequestError {
  return new RequestError(
    'InvalidParameter',
    'Cannot dismiss a failure: the parameter "sourceAnchor" must be the source anchor of its object.',
  );
}

/** The link does not exist. */
export function linkNotFound(linkId: string): RequestError {
  return new RequestError(
    'LinkNotFound',
    `Cannot void link ${shown(linkId)}: the report of this tenant has no such link. GET .../reportLinks lists the links that open it.`,
  );
}

/** The feature does not exist. */
export function featureNotFound(name: string, known: readonly string[]): RequestError {
  return new RequestError(
    'FeatureNotFound',
    `Cannot find feature ${shown(name)}. The features are ${known.join(' and ')}.`,
  );
}

/** The feature cannot be switched off. */
export function featureStaysOn(name: string): RequestError {
  return new RequestError(
    'FeatureStaysOn',
    `Cannot switch off ${name}: it is always on. Without it, a duplicate value would fail the export of its whole object in every cycle.`,
  );
}

/** The export would delete more objects than it may. `allowDeletes` is null if the export names no number. */
export function tooManyDeletesMessage(
  deletes: number,
  { threshold, allowDeletes }: { readonly threshold: number; readonly allowDeletes: number | null },
): string {
  const named = allowDeletes === null ? 'names no number' : `names ${allowDeletes}`;
  return `Cannot process the export: it would delete ${deletes} objects. The tenant allows ${threshold} (accidentalDeletionThreshold), and the export ${named} in "allowDeletes". Nothing was written. If the deletions are intended, send it again with "allowDeletes": ${deletes}.`;
}

/** Other exports added objects that a half-written export deletes. */
export function deletesGrew(deletes: number, allowed: number): RequestError {
  return new RequestError(
    'StorageBusy',
    `Cannot finish the export: other exports have added objects that it deletes, so that it would now delete ${deletes} objects, more than ${allowed}. ${whatWasWritten}`,
  );
}

/** An export keeps losing races. `pending` is the number of operations that are left. */
export function exportKeepsLosing(pending: number, firstAnchor: string | null): RequestError {
  return new RequestError(
    'StorageBusy',
    `Cannot finish the export: other exports keep changing the same objects (${pending} operations are left, the first for object "${firstAnchor}"). ${whatWasWritten}`,
  );
}

/** The answer to an export would be too large, before anything is written. */
export function answerTooLarge(mostBytes: number): RequestError {
  return new RequestError(
    'PayloadTooLarge',
    `Cannot process the export: its answer, which shows all addresses and errors of each object, would exceed ${mebibytes(mostBytes)}. Nothing was written. Send the operations in several requests.`,
  );
}

/** The answer to a half-written export became too large. */
export function answerGrew(mostBytes: number): RequestError {
  return new RequestError(
    'StorageBusy',
    `Cannot finish the export: other exports have changed its objects, so that its answer would now exceed ${mebibytes(mostBytes)}. ${whatWasWritten}`,
  );
}

/** A sweep left values that it could have released. */
export function sweepUnfinished(left: number, first: string, released: number): RequestError {
  return new RequestError(
    'SweepUnfinished',
    `Cannot finish the sweep: ${released} values were released, but ${left} vacant values that objects wait for were not; the first is "${first}". Sweep again. If they are left again, audit the tenant: rows may contradict each other.`,
  );
}

/** More errors than can be sorted into one file. */
export function tooManyToSort(most: number): RequestError {
  return new RequestError(
    'InvalidParameter',
    `Cannot sort more than ${most} errors into one file. Leave out the order, or reduce the errors by property, search or maxResults.`,
  );
}

/** The tenant has no recipients. */
export function noRecipients(tenantId: string): RequestError {
  return new RequestError(
    'InvalidBody',
    `Cannot mail tenant "${tenantId}": it has no recipients. Set "recipients" with PUT /api/tenants/{tenantId}.`,
  );
}

/** Addresses that are not recipients of the tenant. */
export function recipientNotAllowed(tenantId: string, [first = '', ...others]: readonly string[]): RequestError {
  const more = others.length > 0 ? ` and ${others.length} more are not recipients` : ' is not a recipient';
  return new RequestError(
    'RecipientNotAllowed',
    `Cannot mail tenant "${tenantId}": "${first}"${more} of it. Name only recipients, or use POST /api/tenants/{tenantId}/mail/anybody with the admin key or the app role "Tenants.Manage".`,
  );
}

/** A test mail within a minute of the last one. */
export function testMailTooSoon(tenantId: string, retryAfterSeconds: number): RequestError {
  return new RequestError(
    'TestMailTooSoon',
    `Cannot mail tenant "${tenantId}": a test mail was sent less than a minute ago. Try again in ${retryAfterSeconds} seconds. With "dryRun": true the mail is answered at any time.`,
    [],
    { retryAfterSeconds },
  );
}

/** The mail service did not accept a test mail. */
export function mailNotSent(
  tenantId: string,
  { error, whatToDo }: { readonly error: string; readonly whatToDo: string },
): RequestError {
  return new RequestError('MailNotSent', `Cannot mail tenant "${tenantId}": ${error}. ${whatToDo}`);
}
