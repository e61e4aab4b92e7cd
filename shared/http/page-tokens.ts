/**
 * Page tokens: sealed, and bound to the tenant, the list and the whole query.
 *
 * A token holds the position at which the previous page ended. A client can neither read, make nor change one. Used for
 * another question it would silently leave entries out, so it is refused there. It is encrypted, because a row key can
 * hold an address.
 */
import type { HttpRequest } from '@azure/functions';
import { seal, unseal } from '../tokens/seal.ts';
import type { Services } from '../services.ts';
import type { RegistrationId } from '../tenant-id.ts';
import { pageTokenForeign } from '../messages/request-refusals.ts';

/** The question that a list answers: the same for each of its pages. */
type ListQuestion = {
  /** Not the tenant's id: that can be registered again, with other entries. Null for a list of no tenant. */
  readonly registrationId: RegistrationId | null;
  readonly list: string;
  /** The parsed query, without the token. */
  readonly query: Readonly<Record<string, unknown>>;
};

/** Makes the token of a page, from the position at which the previous page ended. */
export function makePageToken(
  { settings }: Services,
  question: ListQuestion,
  position: Readonly<Record<string, unknown>>,
): string {
  return seal(settings.linkKeys, purposeOf(question), position);
}

/** Reads a token made by {@link makePageToken}. Throws `InvalidParameter` if it was made for another question. */
export function readPageToken(
  { settings }: Services,
  question: ListQuestion,
  { name, token }: { readonly name: string; readonly token: string },
): unknown {
  const unsealed = unseal(settings.linkKeys, purposeOf(question), token);
  if (unsealed.isOpen) return unsealed.value;
  throw pageTokenForeign(name);
}

function purposeOf({ registrationId, list, query }: ListQuestion): string {
  const entries = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(['page', registrationId ?? '', list, entries]);
}

/** Returns the URL of the request with a token for the next page, and without the function key. */
export function nextPageUrl(request: HttpRequest, name: string, token: string): string {
  const link = new URL(request.url);
  for (const key of [...link.searchParams.keys()]) {
    if (key === 'code' || bare(key) === bare(name)) link.searchParams.delete(key);
  }
  link.searchParams.set(name, token);
  return link.href;
}

/** Returns the name of a parameter for comparison; those of OData may lack their `$`. */
function bare(name: string): string {
  return name.replace(/^\$/, '').toLowerCase();
}
