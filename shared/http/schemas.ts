/** The shapes of what clients send. Rules that need the directory's terms stand in `directory/validation.ts`. */
import * as z from 'zod';
import { isTimeZone } from '../calendar/local-time.ts';
import { objectTypes } from '../directory/objects.ts';
import { limits } from '../directory/validation.ts';

/** The most operations of one export. */
export const mostOperations = 25_000;

/** An export as a whole; each operation is looked at by itself. */
export const exportSchema = z.strictObject({
  operations: z.array(z.looseObject({})).max(mostOperations),
  allowDeletes: z
    .int()
    .min(0)
    .nullish()
    .describe('How many objects the export may delete, where that is more than accidentalDeletionThreshold.'),
});

const deleteSchema = z.strictObject({ operation: z.literal('delete'), sourceAnchor: z.string() });

const writeSchema = z.strictObject({
  operation: z.enum(['add', 'update']),
  sourceAnchor: z.string(),
  objectType: z.enum(objectTypes).optional(),
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  mail: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  exchangeLicensed: z.boolean().nullish(),
  attributes: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()])).nullish(),
});

/** One operation of an export. */
export const operationSchema = z.discriminatedUnion('operation', [writeSchema, deleteSchema]);

const domain = /^(?=.{3,48}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

/** A tenant as it is registered. */
export const tenantSchema = z.strictObject({
  initialDomain: z.string().regex(domain, {
    error: `must be a domain of at most ${limits.userPrincipalNameDomain} characters, such as "contoso.onmicrosoft.com"`,
  }),
  displayName: z.string().trim().min(1).max(256).nullish(),
  recipients: z.array(z.email({ error: 'must be a mail address' })).max(500),
  placeholderSeparator: z.enum(['+', '']).default('+'),
  mailTimeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be the name of a time zone, such as "Europe/Berlin"' })
    .default('UTC'),
  mailHour: z.int().min(0).max(23).default(8),
  accidentalDeletionThreshold: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(500)
    .describe('An export that would delete more objects than this is refused, unless it names their number.'),
});

/** A mail that is asked for. */
export const mailRequestSchema = z.strictObject({
  to: z
    .array(z.email({ error: 'must be a mail address' }))
    .min(1)
    .max(500)
    .optional(),
  dryRun: z.boolean().default(false),
});

/** A feature as it is switched: what was read of it can be sent back. */
export const featureSchema = z.strictObject({ dirSyncFeature: z.string().optional(), enabled: z.boolean() });

/** The id of a tenant, as it stands in paths. */
export const tenantIdSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);
