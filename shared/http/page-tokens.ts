/**
 * The links from page to page: signed, and bound to the tenant, the list and the whole query.
 *
 * A token says where the page before it ended. Nobody can make or change one, nor use it for another question, where
 * it would leave entries out without a trace.
 */
import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { readToken, signToken } from '../links/tokens.ts';
import { RequestError } from '../request-error.ts';
import type { Services } from '../services.ts';

/** The question that a list answers: the same in each of its pages. */
export type ListQuestion = {
  /** Of the tenant: an id can be registered again, and its next tenant has other entries. */
  readonly registrationId: string;
  readonly list: string;
  /** The parsed query, without the token. */
  readonly query: Readonly<Record<string, unknown>>;
};

/** Makes the token of a page: `position` is what the page needs to know of the one before it. */
export function makePageToken(
  { settings }: Services,
  { registrationId, list, query }: ListQuestion,
  position: Readonly<Record<string, unknown>>,
): Promise<string> {
  return signToken(
    settings.linkKeys,
    { tenantId: registrationId, purpose: 'page' },
    { question: digestOf(list, query), position },
  );
}

/** Reads a token made by {@link makePageToken}. Throws `InvalidParameter` where it is not of this very question. */
export async function readPageToken(
  { settings, now }: Services,
  { registrationId, list, query }: ListQuestion,
  { name, token }: { readonly name: string; readonly token: string },
): Promise<unknown> {
  const read = await readToken(settings.linkKeys, token, { purpose: 'page', now: now() });
  if (!read.refused && read.tenantId === registrationId && read.claims.question === digestOf(list, query)) {
    return read.claims.position;
  }
  throw new RequestError(
    'InvalidParameter',
    `Cannot take the parameter "${name}": it is not one of this list and query. Follow the link to the next page as it is.`,
  );
}

/** Gives the row key after which a page of a list begins; undefined where it is the first. */
export async function readSkipToken(
  services: Services,
  question: ListQuestion,
  skipToken: string | undefined,
): Promise<string | undefined> {
  if (skipToken === undefined) return undefined;
  const position = await readPageToken(services, question, { name: 'skipToken', token: skipToken });
  return (position as { after: string }).after;
}

/** Puts together the answer of a list: the page's entries, and a link to the next page if there is one. */
export async function pageOf(
  { request, services }: { readonly request: HttpRequest; readonly services: Services },
  question: ListQuestion,
  { value, next }: { readonly value: readonly unknown[]; readonly next: string | undefined },
): Promise<unknown> {
  if (next === undefined) return { value };
  const token = await makePageToken(services, question, { after: next });
  return { value, nextLink: nextPageUrl(request, 'skipToken', token) };
}

function digestOf(list: string, query: ListQuestion['query']): string {
  const entries = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, entries]))
    .digest('base64url');
}

/** Gives the request's own URL with a token for the next page, and without the key that it was sent with. */
export function nextPageUrl(request: HttpRequest, name: string, token: string): string {
  const link = new URL(request.url);
  for (const key of [...link.searchParams.keys()]) {
    if (key === 'code' || bare(key) === bare(name)) link.searchParams.delete(key);
  }
  link.searchParams.set(name, token);
  return link.href;
}

/** A parameter's name as names are compared; those of OData may lack their `$`. */
function bare(name: string): string {
  return name.replace(/^\$/, '').toLowerCase();
}
