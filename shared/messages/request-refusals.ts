/** The words of refused HTTP requests: their bodies, parameters, queries and tokens. */
import { type BodyProblem, RequestError, type RequestErrorCode } from '../request-error.ts';

const shown = (text: string): string => `"${text.slice(0, 100)}"`;

/** The titles of problem documents (RFC 9457), by code. */
export const refusalTitles: Readonly<Record<RequestErrorCode, string>> = {
  TokenMissing: 'The request has no access token',
  TokenRefused: 'The access token is not accepted',
  RoleMissing: 'The access token does not allow the request',
  InvalidBody: 'The request body is invalid',
  InvalidParameter: 'A parameter of the request is invalid',
  UnsupportedQuery: 'The query is not supported',
  TenantNotFound: 'The tenant does not exist',
  TenantBeingDeleted: 'The tenant is being deleted',
  TenantDamaged: 'The registration of the tenant cannot be read',
  TooManyDeletes: 'The export would delete too many objects',
  ObjectNotFound: 'The object does not exist',
  CollectionNotFound: 'The collection does not exist',
  FailureNotFound: 'The failure does not exist',
  FeatureNotFound: 'The feature does not exist',
  LinkNotFound: 'The link does not exist',
  FeatureStaysOn: 'The feature cannot be switched off',
  PayloadTooLarge: 'The request is too large',
  MailNotSent: 'The mail service did not accept the mail',
  RecipientNotAllowed: 'The mail may only go to recipients of the tenant',
  TestMailTooSoon: 'The last test mail was sent less than a minute ago',
  StorageBusy: 'The storage cannot answer now',
  SweepUnfinished: 'The sweep left values that it could have released',
  IssuerUnavailable: 'The access token cannot be checked now',
  InternalError: 'The request failed unexpectedly',
};

/** The storage does not answer. */
export const storageUnavailableMessage =
  'Cannot finish the request: the storage does not answer. The written part is kept, and nothing is half done. Send the same request again.';

/** The issuer's keys cannot be read. */
export const issuerUnavailableMessage =
  'Cannot check the access token: its issuer does not provide its keys. Send the same request again.';

/** The objects of a request do not fit in memory. */
export const tooMuchToReadMessage =
  'Cannot process the request: the objects that it names exceed 64 MiB as stored. Send the operations in several requests.';

/** An unexpected error. The invocation id is in the problem document. */
export const internalErrorMessage =
  'Cannot finish the request because of an unexpected error. The log has it under the invocation id of this answer. The same request may succeed later; nothing is half done.';

/** A body that is not JSON, or too deep, too wide or too large as JSON. */
export function bodyUnreadable(reason: string): RequestError {
  return new RequestError('InvalidBody', `Cannot read the request body: ${reason}.`);
}

/** A body that does not have the shape of its schema. */
export function bodyInvalid(problems: readonly [BodyProblem, ...BodyProblem[]]): RequestError {
  const [{ pointer, detail }] = problems;
  const where = pointer === '' ? 'it' : `"${pointer}"`;
  return new RequestError('InvalidBody', `Cannot accept the request body: ${where} is invalid: ${detail}.`, problems);
}

/** A body above the largest size. */
export function bodyTooLarge(mostBytes: number): RequestError {
  return new RequestError(
    'PayloadTooLarge',
    `Cannot read the request body: it exceeds ${mostBytes} bytes (${mostBytes / 1024 / 1024} MiB). Send the operations in several requests.`,
  );
}

/** A parameter with an invalid value. */
export function parameterInvalid(name: string, reason: string): RequestError {
  return new RequestError('InvalidParameter', `Cannot accept the parameter "${name}": ${reason}.`);
}

/** A parameter that the route does not have. */
export function parameterUnknown(name: string, allowed: readonly string[]): RequestError {
  return new RequestError(
    'InvalidParameter',
    `Cannot accept the parameter ${shown(name)}: the parameters are ${allowed.join(', ')}.`,
  );
}

/** A page token that was made for another list or query. */
export function pageTokenForeign(name: string): RequestError {
  return parameterInvalid(
    name,
    'it belongs to another list or query. Follow the link to the next page without changing it',
  );
}

/** A propertyValue without a propertyName. */
export function propertyNameMissing(names: readonly string[]): RequestError {
  const quoted = names.map((name) => `"${name}"`).join(' or ');
  return parameterInvalid('propertyValue', `it needs propertyName, ${quoted}`);
}

/** A page token in a request for CSV. */
export function csvHasNoPages(): RequestError {
  return parameterInvalid('skipToken', 'CSV has no pages; it has all errors in one file');
}

/** A CSV file above the largest size. */
export function csvTooLarge(mostBytes: number): RequestError {
  return new RequestError(
    'InvalidParameter',
    `Cannot return all errors as one CSV file: it would exceed ${mostBytes / 1024 / 1024} MiB. Reduce the errors by property, search or maxResults, or use JSON, which has pages.`,
  );
}

/** A collection of Microsoft Graph that does not exist here. */
export function collectionNotFound(name: string, known: readonly string[]): RequestError {
  return new RequestError(
    'CollectionNotFound',
    `Cannot find collection ${shown(name)}. The collections are ${known.join(', ')}.`,
  );
}

/** A $count without a $filter. */
export function countNeedsFilter(): RequestError {
  return new RequestError(
    'UnsupportedQuery',
    'Cannot count without $filter: the objects of a tenant are not counted. Add $filter, or leave out $count.',
  );
}

/** A property in $select that objects do not have here. */
export function propertyNotSelectable(name: string, known: readonly string[]): RequestError {
  return new RequestError('UnsupportedQuery', `Cannot select ${shown(name)}. The properties are ${known.join(', ')}.`);
}

/** A value in $filter that is not supported. */
export function filterValueUnsupported(literal: string, allowed: readonly string[]): RequestError {
  const quoted = allowed.map((name) => `'${name}'`).join(' and ');
  return new RequestError(
    'UnsupportedQuery',
    `Cannot filter by ${literal.slice(0, 100)}: the values are ${quoted}, in quotes.`,
  );
}

/** A $filter that is not understood from some point on. */
export function filterUnsupported(rest: string): RequestError {
  const where = rest.trim() === '' ? 'it ends too early' : `it is not supported from ${shown(rest.trim())} on`;
  return new RequestError(
    'UnsupportedQuery',
    `Cannot use $filter: ${where}. Supported is onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict' and o/propertyCausingError eq 'UserPrincipalName'), with either condition or both.`,
  );
}

/** A request without an access token. */
export function tokenMissing(): RequestError {
  return new RequestError(
    'TokenMissing',
    'Cannot answer without an access token: send one of Microsoft Entra as "Authorization: Bearer <token>".',
  );
}

/** An access token that is not accepted. */
export function tokenRefused(reason: string): RequestError {
  return new RequestError('TokenRefused', `Cannot accept the access token: ${reason}.`);
}

/** A token that lacks app roles: any of them suffices, or all are needed. */
export function roleMissing(
  missing: readonly string[],
  { tenantId, needsAll }: { readonly tenantId: string | undefined; readonly needsAll: boolean },
): RequestError {
  const named = missing.map((role) => (tenantId === undefined ? [role] : [role, `${role}/${tenantId}`]));
  const alternatives = named.map((names) => names.map((name) => `"${name}"`).join(needsAll ? ' or ' : ', '));
  const lacks = needsAll
    ? `the token lacks the app roles ${alternatives.join(' and ')}. Assign them to the caller`
    : `the token has none of the app roles ${alternatives.join(', ')}. Assign one to the caller`;
  return new RequestError('RoleMissing', `Cannot allow the request: ${lacks}.`);
}
