/** Answers the question for a tenant's provisioning errors: a page of them as JSON, or all of them as CSV. */
import type { HttpResponseInit } from '@azure/functions';
import { type ErrorPosition, findAllErrors, findErrors } from '../use-cases/queries/find-errors.ts';
import { findTenant } from '../use-cases/tenants/find-tenant.ts';
import { errorsToCsv } from '../views/errors-to-csv.ts';
import { csv, wantsCsv } from './csv.ts';
import { type Call, json } from './handle.ts';
import { makePageToken, nextPageUrl, readPageToken } from './page-tokens.ts';
import { parseQuery, pathParameter } from './parameters.ts';
import { errorsQuery } from './queries.ts';
import { provisioningErrorToWire } from './wire.ts';
import { propertyNames } from '../directory/objects.ts';
import { csvHasNoPages, propertyNameMissing } from '../messages/request-refusals.ts';

/** The position at which the previous page ended, and the number of errors until there. */
type Bookmark = { readonly after: ErrorPosition; readonly seen: number };

/** Answers with provisioning errors. `maxResults` counts over all pages. */
export async function answerErrors({ request, services }: Call): Promise<HttpResponseInit> {
  const { skipToken, ...query } = parseQuery(request, errorsQuery);
  if (query.propertyValue !== undefined && !query.propertyName) throw propertyNameMissing(propertyNames);
  const { tenant, partition } = await findTenant(services, pathParameter(request, 'tenantId'));
  const { maxResults = Infinity, pageSize } = query;
  if (wantsCsv(request, query.format)) {
    if (skipToken !== undefined) throw csvHasNoPages();
    return csv(
      `provisioning-errors-${tenant.tenantId}.csv`,
      errorsToCsv(findAllErrors(partition, query, { maxResults })),
    );
  }

  const question = { registrationId: tenant.registrationId, list: 'provisioningErrors', query };
  // The token is sealed for this very question, so its content is ours.
  const bookmark =
    skipToken === undefined
      ? undefined
      : (readPageToken(services, question, { name: 'skipToken', token: skipToken }) as Bookmark);
  const left = maxResults - (bookmark?.seen ?? 0);
  const page = { after: bookmark?.after, pageSize: Math.min(pageSize, left) };
  const { errors, next } = await findErrors(partition, query, page);
  const value = errors.map(provisioningErrorToWire);
  if (!next || errors.length >= left) return json(200, { value });
  const seen = (bookmark?.seen ?? 0) + errors.length;
  const token = makePageToken(services, question, { after: next, seen } satisfies Bookmark);
  return json(200, { value, nextLink: nextPageUrl(request, 'skipToken', token) });
}
