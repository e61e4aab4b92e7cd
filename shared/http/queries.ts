/** The parameters of the queries, by route. The same schemas parse them and describe them to clients. */
import * as z from './zod.ts';
import { objectTypes, propertyNames } from '../directory/objects.ts';
import { limits } from '../directory/validation.ts';
import { sortFields } from '../use-cases/queries/find-errors.ts';
import { pageParameters, wholeNumber } from './parameters.ts';

function text(most: number) {
  return z.string().check(z.minLength(1), z.maxLength(most));
}

/** One of some names, in any letter case. */
function oneOf<const Names extends readonly string[]>(names: Names) {
  const find = (text: unknown): unknown =>
    typeof text === 'string' ? (names.find((name) => name.toLowerCase() === text.toLowerCase()) ?? text) : text;
  return z.pipe(z.transform(find), z.enum(names));
}

function yesOrNo() {
  return z.pipe(
    oneOf(['true', 'false']),
    z.transform((text: 'true' | 'false') => text === 'true'),
  );
}

/** The query of the objects. */
export const objectsQuery = {
  objectType: z.optional(z.enum(objectTypes)),
  hasErrors: z.optional(yesOrNo()),
  sourceAnchor: z
    .optional(text(limits.sourceAnchor))
    .check(z.describe('Lists this object alone, or none. Unlike a path, a query reaches the service unchanged.')),
  ...pageParameters,
};

/** The query of the provisioning errors. */
export const errorsQuery = {
  errorCategory: z.optional(oneOf(['PropertyConflict'])),
  propertyName: z.optional(oneOf(propertyNames)),
  propertyValue: z
    .optional(text(1024))
    .check(z.describe('In any letter case; an address with or without its "smtp:". Only together with propertyName.')),
  searchString: z
    .optional(text(256))
    .check(
      z.describe('A part of a display name, user principal name, address or quarantined value, in any letter case.'),
    ),
  sortField: z.optional(oneOf(sortFields)),
  sortDirection: z.optional(oneOf(['ascending', 'descending'])),
  maxResults: z.optional(wholeNumber(z.minimum(1))).check(z.describe('The most errors of all pages together.')),
  format: z
    .optional(oneOf(['json', 'csv']))
    .check(z.describe('"csv" gives all errors in one file, as "Accept: text/csv" does.')),
  ...pageParameters,
};

/** The query of Microsoft Graph's collections; other options of OData are refused. */
export const graphQuery = {
  $filter: z
    .optional(text(2000))
    .check(
      z.describe(
        "onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict' and o/propertyCausingError eq 'ProxyAddresses'), with either condition or both.",
      ),
    ),
  $top: z._default(wholeNumber(z.minimum(1), z.maximum(999)), 100),
  $select: z.optional(text(2000)),
  $count: z.optional(yesOrNo()).check(z.describe('Only together with $filter.')),
  $skiptoken: z
    .optional(z.string().check(z.maxLength(8000)))
    .check(z.describe('From an @odata.nextLink, which carries it.')),
};
