/** The parameters of the queries, by route: what is parsed, and what is described to clients. */
import * as z from 'zod';
import { objectTypes } from '../directory/objects.ts';
import { sortFields } from '../operations/find-errors.ts';
import { pageParameters } from './parameters.ts';

/** One of some names, in any letter case. */
function oneOf<const Names extends readonly string[]>(names: Names) {
  const find = (text: unknown): unknown =>
    typeof text === 'string' ? (names.find((name) => name.toLowerCase() === text.toLowerCase()) ?? text) : text;
  return z.preprocess(find, z.enum(names));
}

/** The query of the objects. */
export const objectsQuery = {
  objectType: z.enum(objectTypes).optional(),
  hasErrors: oneOf(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  ...pageParameters,
};

/** The query of the provisioning errors. */
export const errorsQuery = {
  errorCategory: oneOf(['PropertyConflict']).optional(),
  propertyName: oneOf(['UserPrincipalName', 'ProxyAddresses']).optional(),
  propertyValue: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('In any letter case; an address with or without its "smtp:". Only together with propertyName.'),
  searchString: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('A part of a display name, user principal name, address or quarantined value, in any letter case.'),
  sortField: oneOf(sortFields).optional(),
  sortDirection: oneOf(['ascending', 'descending']).optional(),
  maxResults: z.coerce.number().int().min(1).optional().describe('The most errors of all pages together.'),
  format: oneOf(['json', 'csv']).optional().describe('"csv" gives all errors in one file, as "Accept: text/csv" does.'),
  ...pageParameters,
};

/** The query of Microsoft Graph's collections; other options of OData are refused. */
export const graphQuery = {
  $filter: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      "onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict' and o/propertyCausingError eq 'ProxyAddresses'), with either condition or both.",
    ),
  $top: z.coerce.number().int().min(1).max(999).default(100),
  $select: z.string().min(1).max(2000).optional(),
  $count: oneOf(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only together with $filter.'),
  $skiptoken: z.string().max(8000).optional().describe('From an @odata.nextLink, which carries it.'),
};
