/** Reads the parameters of paths and queries. */
import type { HttpRequest } from '@azure/functions';
import * as z from './zod.ts';
import { deletionNotConfirmed, failureNotNamed } from '../messages/refusals.ts';
import { parameterInvalid, parameterUnknown } from '../messages/request-refusals.ts';

const defaultPageSize = 100;

/** The parameters that every list takes: how many entries to a page, and where the page begins. */
export const pageParameters = {
  pageSize: z._default(wholeNumber(z.minimum(1), z.maximum(1000)), defaultPageSize),
  skipToken: z.optional(z.string().check(z.maxLength(8000))).check(z.describe('From a nextLink, which carries it.')),
};

/** A whole number within limits, written in a query. */
export function wholeNumber(...checks: Parameters<z.ZodMiniNumber['check']>) {
  return z.coerce.number().check(z.int(), ...checks);
}

/** Returns a parameter of the path, decoded. */
export function pathParameter(request: Pick<HttpRequest, 'params'>, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter "${name}"`);
  return value;
}

/**
 * Parses the query by a schema. Throws `InvalidParameter` for an unknown or invalid parameter, with the allowed ones.
 */
export function parseQuery<Shape extends z.core.$ZodShape>(
  request: Pick<HttpRequest, 'query'>,
  shape: Shape,
): z.infer<z.ZodMiniObject<Shape>> {
  const allowed = Object.keys(shape);
  const query: Record<string, string> = {};
  for (const [name, value] of request.query) {
    // The platform's own parameter: a function key can be in the query.
    if (name === 'code') continue;
    const known = allowed.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (known === undefined) {
      throw parameterUnknown(name, allowed);
    }
    if (query[known] !== undefined) {
      throw parameterInvalid(known, 'it occurs twice');
    }
    query[known] = value;
  }
  const parsed = z.object(shape).safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw parameterInvalid(issue?.path.join('.') ?? '', issue?.message ?? 'it is invalid');
}

/** What a failure is dismissed by: its object. */
export const failureNameQuery = {
  sourceAnchor: z
    .optional(z.string())
    .check(z.describe('The source anchor of the object, percent-encoded: "+", "/" and "=" occur in it.')),
};

/** Reads which failure is to be dismissed. Throws `InvalidParameter` if the request does not name its object. */
export function parseFailureName(request: HttpRequest): string {
  const { sourceAnchor } = parseQuery(request, failureNameQuery);
  if (sourceAnchor) return sourceAnchor;
  throw failureNotNamed();
}

/** The query of a deletion: the id repeated. */
export const confirmQuery = { confirm: z.optional(z.string()).check(z.describe('The id of the tenant, once more.')) };

/** Checks that a deletion repeats the tenant's id. Throws `InvalidParameter` if not. */
export function parseConfirmation(request: HttpRequest, tenantId: string): void {
  if (parseQuery(request, confirmQuery).confirm === tenantId) return;
  throw deletionNotConfirmed(tenantId);
}
