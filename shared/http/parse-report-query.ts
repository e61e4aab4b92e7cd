/** Reads the address of a view of the report. */
import type { HttpRequest } from '@azure/functions';
import * as z from './zod.ts';
import { objectTypes, propertyNames } from '../directory/objects.ts';
import { sortFields } from '../use-cases/queries/find-errors.ts';
import type { ConflictName } from '../use-cases/queries/read-conflict.ts';
import {
  defaultPageSize,
  type ListState,
  type PagedView,
  type PagePosition,
  pageSizes,
  type Sort,
} from '../views/report/links.ts';
import { parameterInvalid } from '../messages/request-refusals.ts';

const propertyName = z.enum(propertyNames);
const sorts = sortFields.flatMap((field): Sort[] => [field, `-${field}`]);

/** The parameters of the report's views, as its own links carry them. */
export const reportQuerySchema = z.object({
  search: z.optional(z.string().check(z.trim(), z.maxLength(256))),
  property: z.optional(propertyName),
  type: z.optional(z.enum(objectTypes)),
  sort: z.optional(z.enum(sorts)),
  pageSize: z._default(
    z.coerce
      .number()
      .check(z.refine((size) => pageSizes.some((allowed) => allowed === size), `allowed are ${pageSizes.join(', ')}`)),
    defaultPageSize,
  ),
  after: z.optional(z.string().check(z.maxLength(4000))),
  view: z.optional(z.literal('failures')),
  format: z.optional(z.literal('csv')),
  conflictProperty: z.optional(propertyName),
  conflictValue: z.optional(z.string().check(z.maxLength(1024))),
  sourceAnchor: z.optional(z.string().check(z.maxLength(200))),
});

/** A view of the report; the state of the list goes along with that of a conflict, for the way back. */
export type ReportView = { readonly state: ListState } & (
  | { readonly kind: 'list'; readonly position: PagePosition | undefined }
  | { readonly kind: 'csv' }
  | { readonly kind: 'conflict'; readonly name: ConflictName }
  | { readonly kind: 'failures'; readonly after: string | undefined }
);

/** Opens the position of a page; undefined if this service did not seal the text for that view. */
export type OpenPosition = (view: PagedView, text: string) => unknown;

/**
 * Parses the requested view. Throws `InvalidParameter` for an invalid value.
 *
 * An empty parameter counts as absent, because a form sends all of its fields. Unknown parameters are ignored, because
 * mail programs add their own to links.
 */
export function parseReportQuery({ query }: Pick<HttpRequest, 'query'>, openPosition: OpenPosition): ReportView {
  const given = Object.fromEntries([...query].filter(([, value]) => value.trim() !== ''));
  const parsed = reportQuerySchema.safeParse(given);
  if (!parsed.success)
    throw parameterInvalid(String(parsed.error.issues[0]?.path[0]), parsed.error.issues[0]?.message ?? 'it is invalid');
  const { after, view, format, conflictProperty, conflictValue, sourceAnchor, ...state } = parsed.data;
  if (conflictProperty && conflictValue && sourceAnchor) {
    const name = { propertyName: conflictProperty, propertyValue: conflictValue, sourceAnchor };
    return { kind: 'conflict', state, name };
  }
  const position = (of: PagedView): unknown => {
    if (after === undefined) return undefined;
    const opened = openPosition(of, after);
    if (opened === undefined) throw parameterInvalid('after', 'it belongs to another list');
    return opened;
  };
  // The previous page sealed it, so it has that page's type.
  if (view) return { kind: 'failures', state, after: position('failures') as string | undefined };
  if (format) return { kind: 'csv', state };
  return { kind: 'list', state, position: position('list') as PagePosition | undefined };
}
