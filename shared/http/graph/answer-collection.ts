/** Answers Microsoft Graph's question for users, groups or contacts with provisioning errors. */
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import {
  findObjectsWithErrors,
  type FoundObjects,
  readObjectsOfType,
} from '../../use-cases/queries/find-objects-with-errors.ts';
import { findTenant } from '../../use-cases/tenants/find-tenant.ts';
import type { Partition } from '../../store/partition.ts';
import { type Call, json } from '../handle.ts';
import { makePageToken, nextPageUrl, readPageToken } from '../page-tokens.ts';
import { parseQuery, pathParameter } from '../parameters.ts';
import { graphQuery } from '../queries.ts';
import { type GraphFilter, parseFilter } from './parse-filter.ts';
import { type Collection, collections, parseSelect, pick, toGraph } from './graph-object.ts';
import { collectionNotFound, countNeedsFilter } from '../../messages/request-refusals.ts';

type Page = { readonly after: string | undefined; readonly pageSize: number };

/** Answers with a page of a collection in Graph's shape. */
export async function answerCollection({ request, services }: Call): Promise<HttpResponseInit> {
  const { $skiptoken, ...query } = parseQuery(withPrefixes(request), graphQuery);
  const filter = query.$filter === undefined ? undefined : parseFilter(query.$filter);
  const selected = query.$select === undefined ? undefined : parseSelect(query.$select);
  if (query.$count && !filter) throw countNeedsFilter();
  const collection = parseCollection(pathParameter(request, 'collection'));
  const { tenant, partition } = await findTenant(services, pathParameter(request, 'tenantId'));

  const question = { registrationId: tenant.registrationId, list: collection, query };
  // The token is sealed for this very question, so its content is ours.
  const bookmark =
    $skiptoken === undefined
      ? undefined
      : (readPageToken(services, question, { name: '$skiptoken', token: $skiptoken }) as { after: string });
  const { objects, next, total } = await find(
    partition,
    { collection, filter },
    {
      after: bookmark?.after,
      pageSize: query.$top,
    },
  );
  const value = objects.map(toGraph).map((object) => (selected ? pick(object, selected) : object));
  const properties = selected ? `(${selected.join(',')})` : '';
  const token = next === undefined ? undefined : makePageToken(services, question, { after: next });
  return json(200, {
    '@odata.context': `${new URL(request.url).origin}/api/v1.0/${tenant.tenantId}/$metadata#${collection}${properties}`,
    ...(query.$count ? { '@odata.count': total ?? 0 } : {}),
    ...(token ? { '@odata.nextLink': nextPageUrl(request, '$skiptoken', token) } : {}),
    value,
  });
}

function find(
  partition: Partition,
  { collection, filter }: { collection: Collection; filter: GraphFilter | undefined },
  page: Page,
): Promise<FoundObjects> {
  const objectType = collections[collection];
  if (!filter) return readObjectsOfType(partition, objectType, page);
  if (filter.isImpossible) return Promise.resolve({ objects: [], next: undefined, total: 0 });
  return findObjectsWithErrors(partition, { objectType, properties: filter.properties }, page);
}

function parseCollection(name: string): Collection {
  const collection = (Object.keys(collections) as Collection[]).find((known) => known === name.toLowerCase());
  if (collection) return collection;
  throw collectionNotFound(name, Object.keys(collections));
}

/** Graph takes its query options also without the `$`, which shells and PowerShell take for their own. */
function withPrefixes(request: HttpRequest): Pick<HttpRequest, 'query'> {
  const query = new URLSearchParams();
  for (const [name, value] of request.query) {
    const isOption = Object.keys(graphQuery).includes(`$${name.toLowerCase()}`);
    query.append(isOption ? `$${name}` : name, value);
  }
  return { query };
}
