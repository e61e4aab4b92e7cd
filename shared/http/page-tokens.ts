/**
 * The links from page to page: sealed, and bound to the tenant, the list and the whole query.
 *
 * A token says where the page before it ended. Nobody can read, make or change one, nor use it for another question,
 * where it would leave entries out without a trace. A row key can hold an address, so the token is encrypted.
 */
import type { HttpRequest } from '@azure/functions';
import { seal, unseal } from '../links/sealed.ts';
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
  question: ListQuestion,
  position: Readonly<Record<string, unknown>>,
): string {
  return seal(settings.linkKeys, purposeOf(question), position);
}

/** Reads a token made by {@link makePageToken}. Throws `InvalidParameter` where it is not of this very question. */
export function readPageToken(
  { settings }: Services,
  question: ListQuestion,
  { name, token }: { readonly name: string; readonly token: string },
): unknown {
  const unsealed = unseal(settings.linkKeys, purposeOf(question), token);
  if (unsealed.isOpen) return unsealed.value;
  throw new RequestError(
    'InvalidParameter',
    `Cannot take the parameter "${name}": it is not one of this list and query. Follow the link to the next page as it is.`,
  );
}

/** Gives the row key after which a page of a list begins; undefined where it is the first. */
export function readSkipToken(
  services: Services,
  question: ListQuestion,
  skipToken: string | undefined,
): string | undefined {
  if (skipToken === undefined) return undefined;
  const position = readPageToken(services, question, { name: 'skipToken', token: skipToken });
  return (position as { after: string }).after;
}

/** Puts together the answer of a list: the page's entries, and a link to the next page if there is one. */
export function pageOf(
  { request, services }: { readonly request: HttpRequest; readonly services: Services },
  question: ListQuestion,
  { value, next }: { readonly value: readonly unknown[]; readonly next: string | undefined },
): unknown {
  if (next === undefined) return { value };
  const token = makePageToken(services, question, { after: next });
  return { value, nextLink: nextPageUrl(request, 'skipToken', token) };
}

function purposeOf({ registrationId, list, query }: ListQuestion): string {
  const entries = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(['page', registrationId, list, entries]);
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
