/** Answers the routes that list things, a page at a time. */
import type { HttpResponseInit } from '@azure/functions';
import type { Page, PageRequest } from '../use-cases/queries/page.ts';
import { type FoundTenant, findTenant } from '../use-cases/tenants/find-tenant.ts';
import type { RegistrationId } from '../tenant-id.ts';
import type * as z from './zod.ts';
import { type Call, json } from './handle.ts';
import { makePageToken, nextPageUrl, readPageToken } from './page-tokens.ts';
import { type pageParameters, parseQuery, pathParameter } from './parameters.ts';

/** A list: its name, the shape of its query, how a page is read, and how an entry looks on the wire. */
type List<Owner, Shape extends z.core.$ZodShape, Entry> = {
  /** A page token is good only for the list of this name. */
  readonly name: string;
  readonly query: Shape;
  readonly read: (owner: Owner, page: PageRequest, query: z.infer<z.ZodMiniObject<Shape>>) => Promise<Page<Entry>>;
  readonly toWire: (entry: Entry) => unknown;
};

type Paged = typeof pageParameters;

/** The owner of a list, and the registration that its page tokens are good for; null if it belongs to no tenant. */
type Owned<Owner> = { readonly owner: Owner; readonly registrationId: RegistrationId | null };

/** Answers with a page of a list of the tenant in the path: `{ value, nextLink }`. */
export function answerTenantList<Shape extends Paged, Entry>(
  call: Call,
  list: List<FoundTenant, Shape, Entry>,
): Promise<HttpResponseInit> {
  return answerList(call, list, async () => {
    const owner = await findTenant(call.services, pathParameter(call.request, 'tenantId'));
    return { owner, registrationId: owner.tenant.registrationId };
  });
}

/** Answers with a page of a list: `{ value, nextLink }`. */
export async function answerList<Owner, Shape extends Paged, Entry>(
  { request, services }: Call,
  { name, query: shape, read, toWire }: List<Owner, Shape, Entry>,
  findOwner: () => Promise<Owned<Owner>> | Owned<Owner>,
): Promise<HttpResponseInit> {
  const parsed = parseQuery(request, shape);
  const { skipToken, ...query } = parsed as z.infer<z.ZodMiniObject<Paged>>;
  const { owner, registrationId } = await findOwner();
  const question = { registrationId, list: name, query };
  const position =
    skipToken === undefined
      ? undefined
      : (readPageToken(services, question, { name: 'skipToken', token: skipToken }) as { readonly after: string });
  const { entries, next } = await read(owner, { after: position?.after, pageSize: query.pageSize }, parsed);
  const value = entries.map(toWire);
  if (next === undefined) return json(200, { value });
  const token = makePageToken(services, question, { after: next });
  return json(200, { value, nextLink: nextPageUrl(request, 'skipToken', token) });
}
