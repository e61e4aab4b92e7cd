/**
 * The shapes of answers. The compiler checks them against the types of the service, and the tests against real answers.
 */
import * as z from '../zod.ts';
import { findingCodes } from '../../audit/finding.ts';
import { objectTypes, propertyNames } from '../../directory/objects.ts';
import type { ContestedValue, ObjectReference, ProvisioningError } from '../../directory/provisioning-error.ts';
import { operationFailureCodes } from '../../directory/operation-failure.ts';
import type { Health } from '../../use-cases/queries/check-health.ts';
import type { Deletion } from '../../use-cases/tenants/delete-tenant.ts';
import { type Feature, featureNames } from '../../use-cases/queries/find-feature.ts';
import type { Release } from '../../use-cases/sweep/release-round.ts';
import type { StoredFailure } from '../../store/failures.ts';
import type { StoredLink } from '../../store/report-links.ts';
import type { RefusedExport, Tenant } from '../../store/tenant-row.ts';
import type { WeekMailStatus } from '../../store/week-mails.ts';
import type { AuditOnWire, RepairOnWire } from '../audit-wire.ts';
import type { GraphError, GraphObject } from '../graph/graph-object.ts';

const time = z.iso.datetime();
const count = z.int().check(z.minimum(0));
const objectType = z.enum(objectTypes);
const propertyName = z.enum(propertyNames);

export const problemDocument = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().check(z.describe('The reason, and what to do.')),
  instance: z.string().check(z.describe('The id of the invocation, `urn:uuid:...`, under which the log has it.')),
  errors: z
    .optional(z.array(z.strictObject({ pointer: z.string(), detail: z.string() })))
    .check(z.describe('The invalid places of a body, each with a JSON pointer.')),
});

export const tenant = z.strictObject({
  tenantId: z.string(),
  initialDomain: z.string(),
  displayName: z.nullable(z.string()),
  recipients: z.array(z.string()),
  placeholderSeparator: z.enum(['+', '']),
  mailTimeZone: z.string(),
  mailHour: z.int().check(z.minimum(0), z.maximum(23)),
  accidentalDeletionThreshold: count,
  retentionDays: count.check(z.describe('0 keeps history, failures and mail records forever.')),
  deletingSince: z
    .nullable(time)
    .check(z.describe('While the tenant is being deleted, every other request for it is refused.')),
}) satisfies z.core.$ZodType<Omit<Tenant, 'registrationId' | 'registeredAt' | 'refusedExport' | 'placeholderRenewal'>>;

const refusedExport = z.strictObject({
  exportId: z.string(),
  at: time,
  deletes: count.check(z.describe('The number of objects that it would have deleted.')),
  threshold: count,
  allowDeletes: z.nullable(count).check(z.describe('The number that it named.')),
}) satisfies z.core.$ZodType<RefusedExport>;

const weekMailStatus = z.enum([
  'sending',
  'sent',
  'waiting',
  'failed',
  'noErrors',
  'noRecipients',
  'missed',
]) satisfies z.core.$ZodType<WeekMailStatus>;

export const tenantAndMail = z.extend(tenant, {
  refusedExport: z
    .nullable(refusedExport)
    .check(z.describe('The last export that would have deleted too many objects.')),
  mail: z
    .nullable(
      z.strictObject({
        week: z.string().check(z.describe('The ISO week.')),
        status: weekMailStatus,
        at: time.check(z.describe('The time of this status.')),
        error: z.optional(z.string()),
        whatToDo: z.optional(z.nullable(z.string())),
      }),
    )
    .check(z.describe('The last Monday mail; null if there was none yet.')),
});

const byObjectType = z.strictObject({ User: count, Group: count, Contact: count });

export const testMail = z.strictObject({
  subject: z.string(),
  to: z.array(z.string()),
  operationIds: z.array(z.string()).check(z.describe('The ids of the mail service; none if nothing was sent.')),
  counts: z.strictObject({
    since: time.check(z.describe('New and ended values are counted from this moment on.')),
    values: count,
    objects: count,
    byProperty: z.strictObject({ UserPrincipalName: byObjectType, ProxyAddresses: byObjectType }),
    new: count,
    released: count,
    withdrawn: count,
    oldest: z.nullable(time),
    failedOperations: count,
  }),
  plainText: z.string(),
  html: z.string(),
});

const reference = {
  objectId: z.uuid(),
  objectType,
  displayName: z.nullable(z.string()),
  sourceAnchor: z.string(),
  userPrincipalName: z.nullable(z.string()),
};

export const objectReference = z.strictObject(reference) satisfies z.core.$ZodType<ObjectReference>;

export const provisioningError = z.strictObject({
  errorCategory: z.literal('PropertyConflict'),
  propertyName,
  propertyValue: z.string().check(z.describe('As exported.')),
  whenStarted: time,
  message: z.string().check(z.describe('For an administrator: the quarantined value, its holder, and what to do.')),
  object: objectReference,
  heldBy: z
    .nullable(z.strictObject({ ...reference, attribute: z.enum(['userPrincipalName', 'proxyAddresses', 'mail']) }))
    .check(z.describe('The holder of the value; null from the moment it is vacated until the next sweep.')),
}) satisfies z.core.$ZodType<ProvisioningError>;

const conflict = z.strictObject({
  propertyName,
  propertyValue: z.string(),
  message: z.string(),
  waitingCount: z.int().check(z.describe('The number of objects that wait for it.')),
  waiting: z
    .array(z.strictObject({ ...reference, whenStarted: time }))
    .check(z.describe('The longest waiting first; at most 10,000 in one answer, but at least three for each value.')),
}) satisfies z.core.$ZodType<ContestedValue>;

export const directoryObject = z.strictObject({
  objectId: z.uuid(),
  objectType,
  sourceAnchor: z.string(),
  displayName: z.nullable(z.string()),
  userPrincipalName: z.nullable(z.string()).check(z.describe('In force: the exported one, or a placeholder.')),
  mail: z.nullable(z.string()),
  proxyAddresses: z
    .array(z.string())
    .check(z.describe('In force: the primary, then in exported order, then the calculated address.')),
  exchangeLicensed: z.boolean(),
  attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  exported: z.strictObject({
    userPrincipalName: z.nullable(z.string()),
    mail: z.nullable(z.string()),
    proxyAddresses: z.array(z.string()),
  }),
  dirSyncProvisioningErrors: z.array(provisioningError),
  conflicts: z.array(conflict).check(z.describe('The values that the object holds and others wait for.')),
});

const finding = {
  code: z.enum(findingCodes),
  rowKey: z.string().check(z.describe('The key of the row; if the row is missing, the key that it should have.')),
  detail: z.string().check(z.describe('The problem.')),
  meaning: z.string().check(z.describe('The consequence of the problem.')),
  repairable: z.boolean(),
  remedy: z.string().check(z.describe('What a repair does, or what a person can do if a repair would be a guess.')),
};

export const audit = z.strictObject({
  rows: count.check(z.describe('The number of rows of the tenant.')),
  count: count.check(z.describe('The number of findings; at most 1,000 of them are listed.')),
  findings: z.array(z.strictObject(finding)),
  unsettled: count.check(z.describe('The number of further findings, about rows that changed during the audit.')),
  unfinished: z
    .array(z.string())
    .check(z.describe('The source anchors of partly written objects: their export is running, or was interrupted.')),
}) satisfies z.core.$ZodType<AuditOnWire>;

export const repair = z.strictObject({
  repairId: z.string(),
  repairs: z.array(
    z.strictObject({
      ...finding,
      outcome: z
        .enum(['mended', 'overtaken'])
        .check(z.describe('Overtaken: another request changed the rows in the meantime.')),
      prior: z
        .array(z.record(z.string(), z.unknown()))
        .check(z.describe('The previous content of the rows; binary columns in base64.')),
    }),
  ),
  audit: audit.check(z.describe('The audit after the repair.')),
}) satisfies z.core.$ZodType<RepairOnWire>;

const operationFailure = z.strictObject({ code: z.enum(operationFailureCodes), message: z.string() });

const quarantineReport = z.strictObject({
  code: z.literal('QuarantinedAttributeValueMustBeUnique'),
  message: z.string(),
  provisioningError,
});

export const processedExport = z.strictObject({
  exportId: z.string(),
  summary: z.strictObject({
    created: count,
    updated: count,
    unchanged: count,
    deleted: count,
    failed: count,
    quarantined: count.check(z.describe('Values newly quarantined.')),
  }),
  results: z
    .array(
      z.strictObject({
        sourceAnchor: z.nullable(z.string()),
        objectId: z.nullable(z.uuid()),
        outcome: z.enum(['created', 'updated', 'unchanged', 'deleted', 'failed']),
        userPrincipalName: z.nullable(z.string()),
        proxyAddresses: z.array(z.string()),
        dirSyncProvisioningErrors: z.array(provisioningError),
        errors: z.array(z.union([operationFailure, quarantineReport])).check(z.describe('The news of this export.')),
      }),
    )
    .check(z.describe('One result for each operation, in order.')),
});

const otherSide = z
  .nullable(z.strictObject({ sourceAnchor: z.string(), displayName: z.nullable(z.string()) }))
  .check(z.describe('The previous holder of the value, if known.'));

export const sweep = z.strictObject({
  sweepId: z.string(),
  released: z.array(
    z.strictObject({
      propertyName,
      propertyValue: z.string(),
      sourceAnchor: z.string(),
      from: otherSide,
      whenStarted: time,
    }) satisfies z.core.$ZodType<Release>,
  ),
  stillWaiting: count,
  removed: z
    .strictObject({
      history: count,
      failures: count,
      mails: count,
      isMore: z
        .boolean()
        .check(z.describe('Whether more rows have expired than one sweep removes; the next one continues.')),
    })
    .check(z.describe('The removed rows, older than the retentionDays of the tenant.')),
});

export const pastEvent = z.strictObject({
  event: z.enum(['quarantined', 'released', 'withdrawn']),
  at: time,
  propertyName,
  propertyValue: z.string(),
  whenStarted: time,
  object: z.omit(objectReference, { userPrincipalName: true }),
  from: otherSide,
  by: z.strictObject({ kind: z.enum(['export', 'sweep']), operationId: z.string() }),
});

export const failure = z.strictObject({
  code: z.enum(operationFailureCodes),
  message: z.string(),
  sourceAnchor: z.string(),
  objectId: z.nullable(z.uuid()),
  operation: z.nullable(z.enum(['add', 'update', 'delete'])),
  objectType: z.nullable(objectType),
  displayName: z.nullable(z.string()),
  since: time,
  exportId: z.string(),
}) satisfies z.core.$ZodType<StoredFailure>;

export const deletion = z.strictObject({
  tenantId: z.string(),
  status: z.enum(['deleted', 'deleting']),
}) satisfies z.core.$ZodType<Deletion>;

const linkId = z.uuid().check(z.describe('The id of the link; it does not open the report.'));

export const reportLink = z.strictObject({ linkId, url: z.url(), expiresAt: time });

export const reportLinkOut = z.strictObject({
  linkId,
  madeAt: time,
  expiresAt: time,
  madeBy: z
    .string()
    .check(
      z.describe(
        '"mail" for that of a Monday mail; otherwise the caller: the subject of the access token, or "key:" and digits that follow from the function key.',
      ),
    ),
}) satisfies z.core.$ZodType<StoredLink>;

export const voidedLinks = z.strictObject({ voided: count.check(z.describe('The number of voided links.')) });

export const feature = z.strictObject({
  dirSyncFeature: z.enum(featureNames),
  enabled: z.literal(true),
}) satisfies z.core.$ZodType<Feature>;

const timer = z.strictObject({
  since: time,
  startedAt: z
    .nullable(time)
    .check(z.describe('When the timer last ran; for the Monday mail, when it last had something to do.')),
  endedAt: z.nullable(time),
  succeededAt: z.nullable(time),
  nextDueAt: z
    .nullable(time)
    .check(z.describe('When the timer is due next; for the Monday mail, when the next tenant is due.')),
  isLate: z.boolean(),
});

export const health = z.strictObject({
  status: z.enum(['healthy', 'unhealthy']),
  reasons: z.array(z.string()),
  storage: z.enum(['answers', 'takes no writes', 'does not answer']),
  timers: z.strictObject({ sweepQuarantine: z.exactOptional(timer), sendMondayMail: z.exactOptional(timer) }),
  mail: z
    .nullable(
      z.strictObject({
        endedAt: time,
        hasFailed: z.boolean(),
        hasWaiting: z.boolean(),
        stoppedBy: z.nullable(z.string()),
        notBefore: z.nullable(time),
      }),
    )
    .check(z.describe('How the last run of the Monday mail ended; null before the first.')),
}) satisfies z.core.$ZodType<Health>;

/** A list of entries, with a link to the next page if there is one. */
export function listOf<Entry extends z.core.$ZodType>(entry: Entry) {
  return z.strictObject({ value: z.array(entry), nextLink: z.optional(z.url()) });
}

const graphError = z.strictObject({
  category: z.literal('PropertyConflict'),
  occurredDateTime: time,
  propertyCausingError: propertyName,
  value: z.string(),
}) satisfies z.core.$ZodType<GraphError>;

const graphObject = z.strictObject({
  id: z.uuid(),
  displayName: z.nullable(z.string()),
  userPrincipalName: z.nullable(z.string()),
  mail: z.nullable(z.string()),
  proxyAddresses: z.array(z.string()),
  onPremisesImmutableId: z.string().check(z.describe('The source anchor.')),
  onPremisesProvisioningErrors: z.array(graphError),
}) satisfies z.core.$ZodType<GraphObject>;

export const graphCollection = z.strictObject({
  '@odata.context': z.url(),
  '@odata.count': z.optional(count),
  '@odata.nextLink': z.optional(z.url()),
  value: z.array(z.partial(graphObject)).check(z.describe('With all properties, or only those in $select.')),
});

export const graphRefusal = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    innerError: z.strictObject({ date: time, 'request-id': z.string() }),
  }),
});

/** The OpenAPI document itself. */
export const openApi = z.looseObject({ openapi: z.literal('3.1.0') });
