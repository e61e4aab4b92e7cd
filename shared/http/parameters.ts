/** Reads the parameters of paths and queries. */
import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { RequestError } from '../request-error.ts';

const defaultPageSize = 100;

/** The parameters that every list takes: how many entries to a page, and where the page begins. */
export const pageParameters = {
  pageSize: z.coerce.number().int().min(1).max(1000).default(defaultPageSize),
  skipToken: z.string().max(2000).optional(),
};

/** Gives a parameter of the path, decoded. */
export function pathParameter(request: HttpRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter "${name}"`);
  return value;
}

/** Parses the query by a schema. Throws `InvalidParameter` for an unknown or a bad one, and says what is allowed. */
export function parseQuery<Shape extends z.ZodRawShape>(
  request: Pick<HttpRequest, 'query'>,
  shape: Shape,
): z.infer<z.ZodObject<Shape>> {
  const allowed = Object.keys(shape);
  const query: Record<string, string> = {};
  for (const [name, value] of request.query) {
    // The host's own: a function key may stand in the query.
    if (name === 'code') continue;
    const known = allowed.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (known === undefined) {
      throw new RequestError(
        'InvalidParameter',
        `Cannot take the parameter "${name.slice(0, 100)}": allowed are ${allowed.join(', ')}.`,
      );
    }
    if (query[known] !== undefined) {
      throw new RequestError('InvalidParameter', `Cannot take the parameter "${known}" twice: give it once.`);
    }
    query[known] = value;
  }
  const parsed = z.object(shape).safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RequestError(
    'InvalidParameter',
    `Cannot take the parameter "${issue?.path.join('.')}": ${issue?.message}.`,
  );
}

/** Makes the token of the page that begins after a row key. */
export function toSkipToken(rowKey: string): string {
  return Buffer.from(rowKey, 'utf8').toString('base64url');
}

/** Reads a token made by {@link toSkipToken} for the rows whose keys begin with a prefix. */
export function fromSkipToken(token: string | undefined, prefix: string): string | undefined {
  if (token === undefined) return undefined;
  const rowKey = Buffer.from(token, 'base64url').toString('utf8');
  if (rowKey.startsWith(prefix)) return rowKey;
  throw new RequestError(
    'InvalidParameter',
    'Cannot take the parameter "skipToken": it is not one of this list. Follow nextLink.',
  );
}

/** Puts together the answer of a list: the page's entries, and a link to the next page if there is one. */
export function listOf(request: HttpRequest, value: readonly unknown[], next: string | undefined): unknown {
  if (next === undefined) return { value };
  const link = new URL(request.url);
  link.searchParams.delete('code');
  link.searchParams.set('skipToken', toSkipToken(next));
  return { value, nextLink: link.href };
}
