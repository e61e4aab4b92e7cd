/** The schemas of request bodies. The rules of the directory are in `directory/validation.ts`. */
import * as z from './zod.ts';
import { isTimeZone } from '../calendar/local-time.ts';
import { objectTypes } from '../directory/objects.ts';
import { limits } from '../directory/validation.ts';
import { tenantIdForm } from '../tenant-id.ts';

/** The most operations of one export. */
export const mostOperations = 25_000;

/** An export as a whole; each operation is looked at by itself. */
export const exportSchema = z.strictObject({
  operations: shortList(z.custom<Readonly<Record<string, unknown>>>(isObject, 'must be an object'), mostOperations),
  allowDeletes: z
    .nullish(z.int().check(z.minimum(0)))
    .check(z.describe('The number of objects that the export may delete, if it exceeds accidentalDeletionThreshold.')),
});

/** An operation that deletes. */
export const deleteSchema = z.strictObject({ operation: z.literal('delete'), sourceAnchor: z.string() });

const isString = (entry: unknown): boolean => typeof entry === 'string';
const isAttribute = (entry: unknown): boolean =>
  entry === null || isString(entry) || (Array.isArray(entry) && entry.every(isString));

// A schema of a list or a record copies it, takes microseconds for each entry, and keeps a report of each bad one.
const proxyAddresses = z.custom<readonly string[]>(Array.isArray, 'must be a list of strings').check((list) => {
  const bad = list.value.findIndex((entry) => !isString(entry));
  if (bad >= 0) list.issues.push(issueAt(bad, 'must be a string', list.value));
});

const attributes = z
  .custom<Readonly<Record<string, Attribute>>>(isObject, 'must be an object of attributes by name')
  .check((map) => {
    const bad = Object.keys(map.value).find((name) => !isAttribute(map.value[name]));
    if (bad === undefined) return;
    map.issues.push(issueAt(bad, 'must be a string, a list of strings, or null', map.value));
  });

type Attribute = string | readonly string[] | null;

function issueAt(place: string | number, message: string, input: unknown) {
  return { code: 'custom' as const, path: [place], message, input };
}

/** An operation that adds or updates. */
export const writeSchema = z.strictObject({
  operation: z.enum(['add', 'update']),
  sourceAnchor: z.string(),
  objectType: z.optional(z.enum(objectTypes)),
  displayName: z.nullish(z.string()),
  userPrincipalName: z.nullish(z.string()),
  mail: z.nullish(z.string()),
  proxyAddresses: z.nullish(proxyAddresses),
  exchangeLicensed: z.nullish(z.boolean()),
  attributes: z.nullish(attributes),
});

/** One operation of an export. */
export const operationSchema = z.discriminatedUnion('operation', [writeSchema, deleteSchema]);

const domain = /^(?=.{3,48}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

const mailAddresses = shortList(z.string().check(atMost(254), z.email({ error: 'must be a mail address' })), 500);

/** A property of a row holds 32,768 characters. */
const longestRecipients = 30_000;

/** A hundred years. */
const mostRetentionDays = 36_500;

/** The registration of a tenant. */
export const tenantSchema = z.strictObject({
  initialDomain: z.string().check(
    atMost(253),
    z.regex(domain, {
      error: `must be a domain of at most ${limits.userPrincipalNameDomain} characters, such as "contoso.onmicrosoft.com"`,
    }),
  ),
  displayName: z.nullish(
    z.string().check(
      atMost(1_000),
      z.trim(),
      z.minLength(1),
      z.maxLength(256),
      z.refine((name: string) => name.isWellFormed(), { error: 'must not have half of a surrogate pair' }),
    ),
  ),
  recipients: mailAddresses.check(
    z.refine((addresses) => JSON.stringify(addresses).length <= longestRecipients, {
      error: `must have at most ${longestRecipients} characters in all`,
    }),
  ),
  placeholderSeparator: z._default(z.enum(['+', '']), '+'),
  mailTimeZone: z._default(
    z
      .string()
      .check(atMost(100), z.refine(isTimeZone, { error: 'must be the name of a time zone, such as "Europe/Berlin"' })),
    'UTC',
  ),
  mailHour: z._default(z.int().check(z.minimum(0), z.maximum(23)), 8),
  accidentalDeletionThreshold: z
    ._default(z.int().check(z.minimum(0), z.maximum(1_000_000)), 500)
    .check(z.describe('An export that would delete more objects than this is refused, unless it names their number.')),
  retentionDays: z
    ._default(z.int().check(z.minimum(0), z.maximum(mostRetentionDays)), 400)
    .check(
      z.describe(
        'For how many days history, failures and mail records are kept. 0 keeps all; a sweep removes the rest.',
      ),
    ),
});

/** A request for a test mail. */
export const mailRequestSchema = z.strictObject({
  to: z.optional(
    mailAddresses.check(z.refine(({ length }) => length > 0, { error: 'must have at least one address' })),
  ),
  dryRun: z._default(z.boolean(), false),
});

/** The switch of a feature. The answer to a GET can be sent back. */
export const featureSchema = z.strictObject({
  dirSyncFeature: z.optional(z.string().check(atMost(100))),
  enabled: z.boolean(),
});

/** The id of a tenant in a path. */
export const tenantIdSchema = z.string().check(z.regex(tenantIdForm));

/**
 * Checks that a text has at most so many characters. A longer one is not looked at by the checks that follow: patterns
 * take time, and room on the stack, that grow with the text.
 */
function atMost(most: number) {
  return z.maxLength(most, {
    abort: true,
    error: ({ input }) => `has ${(input as string).length} characters, at most ${most} are allowed`,
  });
}

/** A list of at most so many entries. One that has more is not looked through: its bad entries could be millions. */
function shortList<Entry extends z.ZodMiniType>(entry: Entry, most: number) {
  const refuseLonger = z.transform((value: unknown, { issues }) => {
    if (!Array.isArray(value) || value.length <= most) return value;
    const message = `has ${value.length} entries, at most ${most} are allowed`;
    issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });
  return z.pipe(refuseLonger, z.array(entry).check(z.maxLength(most)));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
