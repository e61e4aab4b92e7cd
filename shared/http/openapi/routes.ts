/** The whole API, route by route. Requests are described by the schemas that parse them. */
import * as z from '../zod.ts';
import type { Access } from '../access.ts';
import { confirmQuery, failureNameQuery, pageParameters } from '../parameters.ts';
import { errorsQuery, graphQuery, objectsQuery } from '../queries.ts';
import { reportQuerySchema } from '../parse-report-query.ts';
import {
  exportSchema,
  featureSchema,
  mailRequestSchema,
  mostOperations,
  tenantIdSchema,
  tenantSchema,
} from '../schemas.ts';
import * as answers from './answers.ts';
import { describedOperation } from './described-operation.ts';

/** An answer: JSON of a shape, unless `content` names another type; null if it has no body. */
export type Answer = {
  readonly description: string;
  readonly schema?: z.core.$ZodType;
  readonly content?: string | null;
};

/** One route with one method. `path` is below `/api`. */
export type RouteDescription = {
  readonly id: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: Readonly<Record<string, z.core.$ZodType>>;
  readonly body?: z.core.$ZodType;
  readonly isBodyOptional?: boolean;
  /** By status; an array if a status has several types of content. */
  readonly answers: Readonly<Record<number, Answer | readonly Answer[]>>;
};

/** The named schemas of the document. */
export const components: Readonly<Record<string, z.core.$ZodType>> = {
  Problem: answers.problemDocument,
  Tenant: answers.tenant,
  TenantAndMail: answers.tenantAndMail,
  TenantList: answers.listOf(answers.tenant),
  ObjectReference: answers.objectReference,
  ProvisioningError: answers.provisioningError,
  ProvisioningErrorList: answers.listOf(answers.provisioningError),
  Object: answers.directoryObject,
  ObjectList: answers.listOf(answers.directoryObject),
  ProcessedExport: answers.processedExport,
  Sweep: answers.sweep,
  Audit: answers.audit,
  Repair: answers.repair,
  PastEvent: answers.pastEvent,
  History: answers.listOf(answers.pastEvent),
  Failure: answers.failure,
  FailureList: answers.listOf(answers.failure),
  TestMail: answers.testMail,
  ReportLink: answers.reportLink,
  ReportLinkOut: answers.reportLinkOut,
  ReportLinkList: answers.listOf(answers.reportLinkOut),
  VoidedLinks: answers.voidedLinks,
  Deletion: answers.deletion,
  Feature: answers.feature,
  FeatureList: answers.listOf(answers.feature),
  Health: answers.health,
  GraphCollection: answers.graphCollection,
  GraphError: answers.graphRefusal,
};

/** The parameters of paths. */
export const pathParameters: Readonly<Record<string, z.core.$ZodType>> = {
  tenantId: tenantIdSchema,
  sourceAnchor: z
    .string()
    .check(z.minLength(1), z.maxLength(59))
    .check(z.describe('Percent-encoded: "+", "/" and "=" occur in it.')),
  name: z.string().check(z.describe('DuplicateUPNResiliency or DuplicateProxyAddressResiliency, in any letter case.')),
  collection: z.enum(['users', 'groups', 'contacts']),
  linkId: z.string().check(z.describe('From the list of links, or from the answer with the new link.')),
};

function problem(description: string): Answer {
  return { description, schema: answers.problemDocument, content: 'application/problem+json' };
}

const invalid = { 400: problem('A parameter or the body is invalid; the detail says what is allowed.') };
const busy = {
  503: problem('The storage does not answer, or other exports keep changing the same objects: send it again.'),
};
const noTenant = {
  404: problem('The tenant does not exist.'),
  410: problem('The tenant is being deleted.'),
};
const tooLarge = { 413: problem('The body exceeds 32 MiB.') };
const body = { ...invalid, ...tooLarge, ...busy };

function ok(description: string, name: keyof typeof components): { 200: Answer } {
  return { 200: { description, schema: components[name] as z.core.$ZodType } };
}

/** Further answers of every route that needs a key or a token. */
export const toUnauthorized: RouteDescription['answers'] = {
  401: problem('The access token is missing or not accepted. If access is by function keys, the body is empty.'),
  403: problem('The access token lacks the roles for the route, or for this tenant.'),
};

function page(description: string): Answer {
  return { description, content: 'text/html' };
}

function graphProblem(description: string): Answer {
  return { description, schema: answers.graphRefusal };
}

const testMailAnswers: RouteDescription['answers'] = {
  ...ok('The mail, sent or not.', 'TestMail'),
  ...noTenant,
  429: problem('A test mail of the tenant was sent less than a minute ago; Retry-After says when the next is allowed.'),
  502: problem('The mail service did not accept the mail; the detail says what to do.'),
  ...body,
};

/** Every route of the API. */
export const routes: readonly RouteDescription[] = [
  {
    id: 'tenants',
    method: 'get',
    path: '/tenants',
    summary: 'The tenants',
    access: ['Errors.Read', 'Tenants.Manage'],
    query: pageParameters,
    answers: { ...ok('A page of tenants.', 'TenantList'), ...invalid, ...busy },
  },
  {
    id: 'tenant',
    method: 'get',
    path: '/tenants/{tenantId}',
    summary: 'One tenant',
    access: ['Errors.Read', 'Exports.Write', 'Tenants.Manage'],
    answers: { ...ok('The tenant.', 'TenantAndMail'), ...noTenant, ...busy },
  },
  {
    id: 'putTenant',
    method: 'put',
    path: '/tenants/{tenantId}',
    summary: 'Registers a tenant, or changes it',
    access: 'Tenants.Manage',
    body: tenantSchema,
    answers: {
      ...ok('The tenant was changed.', 'TenantAndMail'),
      201: { description: 'The tenant is new.', schema: answers.tenantAndMail },
      410: noTenant[410],
      ...body,
    },
  },
  {
    id: 'deleteTenant',
    method: 'delete',
    path: '/tenants/{tenantId}',
    summary: 'Deletes a tenant with all its objects, errors and history; if interrupted, send it again',
    access: 'Tenants.Manage',
    query: confirmQuery,
    answers: {
      ...ok('The tenant is deleted.', 'Deletion'),
      202: {
        description: 'The deletion is not complete: the next sweep continues it, or the same request.',
        schema: answers.deletion,
      },
      ...invalid,
      ...noTenant,
      ...busy,
    },
  },
  {
    id: 'processExport',
    method: 'post',
    path: '/tenants/{tenantId}/exports',
    summary: 'Processes an export; one bad operation is a failed result and never stops the others',
    access: 'Exports.Write',
    body: z.extend(exportSchema, { operations: z.array(describedOperation).check(z.maxLength(mostOperations)) }),
    answers: {
      ...ok('The export was processed.', 'ProcessedExport'),
      ...noTenant,
      409: problem(
        'The export would delete more objects than the tenant allows; the detail has the number. Nothing was written.',
      ),
      ...body,
    },
  },
  {
    id: 'objects',
    method: 'get',
    path: '/tenants/{tenantId}/objects',
    summary: 'The objects',
    access: 'Errors.Read',
    query: objectsQuery,
    answers: { ...ok('A page of objects.', 'ObjectList'), ...invalid, ...noTenant, ...busy },
  },
  {
    id: 'object',
    method: 'get',
    path: '/tenants/{tenantId}/objects/{sourceAnchor}',
    summary: 'One object, with both sides of its conflicts',
    access: 'Errors.Read',
    answers: {
      ...ok('The object.', 'Object'),
      ...noTenant,
      404: problem('The tenant or the object does not exist.'),
      ...busy,
    },
  },
  {
    id: 'provisioningErrors',
    method: 'get',
    path: '/tenants/{tenantId}/provisioningErrors',
    summary: 'The provisioning errors: filtered, searched and sorted, in pages or as CSV',
    access: 'Errors.Read',
    query: errorsQuery,
    answers: {
      200: [
        {
          description: 'A page of errors, or all of them as CSV.',
          schema: components.ProvisioningErrorList as z.core.$ZodType,
        },
        { description: 'All errors.', content: 'text/csv' },
      ],
      ...invalid,
      ...noTenant,
      ...busy,
    },
  },
  {
    id: 'failures',
    method: 'get',
    path: '/tenants/{tenantId}/failures',
    summary: 'The objects whose last operation failed',
    access: 'Errors.Read',
    query: pageParameters,
    answers: { ...ok('A page of failures.', 'FailureList'), ...invalid, ...noTenant, ...busy },
  },
  {
    id: 'dismissFailure',
    method: 'delete',
    path: '/tenants/{tenantId}/failures',
    summary: 'Dismisses the failure of an object, until an operation on the object fails again',
    access: 'Conflicts.Fix',
    query: failureNameQuery,
    answers: {
      204: { description: 'The failure is dismissed.', content: null },
      ...invalid,
      ...noTenant,
      404: problem('The tenant or the failure does not exist.'),
      ...busy,
    },
  },
  {
    id: 'features',
    method: 'get',
    path: '/tenants/{tenantId}/features',
    summary: 'The features, and whether they are on',
    access: 'Errors.Read',
    answers: { ...ok('The features.', 'FeatureList'), ...noTenant, ...busy },
  },
  {
    id: 'feature',
    method: 'get',
    path: '/tenants/{tenantId}/features/{name}',
    summary: 'One feature',
    access: 'Errors.Read',
    answers: {
      ...ok('The feature.', 'Feature'),
      ...noTenant,
      404: problem('The tenant or the feature does not exist.'),
      ...busy,
    },
  },
  {
    id: 'putFeature',
    method: 'put',
    path: '/tenants/{tenantId}/features/{name}',
    summary: 'Switches a feature on, which it always is; switching one off is refused',
    access: 'Exports.Write',
    body: featureSchema,
    answers: {
      ...ok('The feature.', 'Feature'),
      ...noTenant,
      404: problem('The tenant or the feature does not exist.'),
      409: problem('The feature is always on.'),
      ...body,
    },
  },
  {
    id: 'sweepTenant',
    method: 'post',
    path: '/tenants/{tenantId}/sweep',
    summary: 'Sweeps the tenant now',
    access: 'Exports.Write',
    answers: { ...ok('The released values.', 'Sweep'), ...noTenant, ...busy },
  },
  {
    id: 'auditTenant',
    method: 'get',
    path: '/tenants/{tenantId}/audit',
    summary: 'Reads all rows of the tenant and checks the invariants; changes nothing',
    access: ['Errors.Read', 'Tenants.Manage'],
    answers: { ...ok('The findings.', 'Audit'), ...noTenant, ...busy },
  },
  {
    id: 'repairTenant',
    method: 'post',
    path: '/tenants/{tenantId}/audit/repair',
    summary: 'Repairs the findings of an audit that can be repaired without guessing',
    access: 'Tenants.Manage',
    answers: { ...ok('The repairs, and the findings that are left.', 'Repair'), ...noTenant, ...busy },
  },
  {
    id: 'history',
    method: 'get',
    path: '/tenants/{tenantId}/history',
    summary: 'The values that were quarantined, released and withdrawn, newest first',
    access: 'Errors.Read',
    query: pageParameters,
    answers: { ...ok('A page of the history.', 'History'), ...invalid, ...noTenant, ...busy },
  },
  {
    id: 'mailTenant',
    method: 'post',
    path: '/tenants/{tenantId}/mail',
    summary: 'Sends the mail now to recipients of the tenant, as a test; with dryRun, only returns it',
    access: { allOf: ['Exports.Write', 'Errors.Read'] },
    body: mailRequestSchema,
    isBodyOptional: true,
    answers: {
      ...testMailAnswers,
      403: problem('The access token lacks a role, or an address in "to" is not a recipient of the tenant.'),
    },
  },
  {
    id: 'mailAnybody',
    method: 'post',
    path: '/tenants/{tenantId}/mail/anybody',
    summary: 'Sends the mail now, as a test, to any address; with dryRun, only returns it',
    access: { allOf: ['Exports.Write', 'Errors.Read', 'Tenants.Manage'] },
    body: mailRequestSchema,
    isBodyOptional: true,
    answers: testMailAnswers,
  },
  {
    id: 'reportLink',
    method: 'post',
    path: '/tenants/{tenantId}/reportLink',
    summary: 'Makes a link to the report, like the one in the mail',
    access: 'Errors.Read',
    answers: { ...ok('The link.', 'ReportLink'), ...noTenant, ...busy },
  },
  {
    id: 'reportLinks',
    method: 'get',
    path: '/tenants/{tenantId}/reportLinks',
    summary: 'The links that open the report, in no order',
    access: 'Errors.Read',
    query: pageParameters,
    answers: { ...ok('A page of links, without their tokens.', 'ReportLinkList'), ...invalid, ...noTenant, ...busy },
  },
  {
    id: 'voidReportLinks',
    method: 'delete',
    path: '/tenants/{tenantId}/reportLinks',
    summary: 'Voids all links to the report, including those in mails',
    access: 'Tenants.Manage',
    answers: { ...ok('The links no longer open the report.', 'VoidedLinks'), ...noTenant, ...busy },
  },
  {
    id: 'voidReportLink',
    method: 'delete',
    path: '/tenants/{tenantId}/reportLinks/{linkId}',
    summary: 'Voids one link to the report',
    access: 'Tenants.Manage',
    answers: {
      ...ok('The link no longer opens the report.', 'VoidedLinks'),
      ...noTenant,
      404: problem('The tenant or the link does not exist.'),
      ...busy,
    },
  },
  {
    id: 'report',
    method: 'get',
    path: '/report',
    summary: 'The report, for people; its links have all parameters',
    access: 'anyone',
    query: { token: z.string().check(z.describe('Signed; it is the key to the report.')), ...reportQuerySchema.shape },
    answers: {
      200: [
        { description: 'A view of the report, or all errors as CSV.', content: 'text/html' },
        { description: 'All errors.', content: 'text/csv' },
      ],
      400: page('A parameter is invalid.'),
      401: page('The link is missing, incomplete, expired or voided.'),
      404: page('The conflict does not exist.'),
      503: page('The storage does not answer.'),
    },
  },
  {
    id: 'graphCollection',
    method: 'get',
    path: '/v1.0/{tenantId}/{collection}',
    summary: "Users, groups or contacts in Microsoft Graph's shape, by their provisioning errors",
    access: 'Errors.Read',
    query: graphQuery,
    answers: {
      ...ok('A page of objects.', 'GraphCollection'),
      400: graphProblem('The query is invalid, or uses an unsupported part of OData.'),
      401: graphProblem('The access token is missing or not accepted.'),
      403: graphProblem('The access token lacks the roles for the route, or for this tenant.'),
      404: graphProblem('The tenant or the collection does not exist.'),
      410: graphProblem('The tenant is being deleted.'),
      503: graphProblem('The storage does not answer: send it again.'),
    },
  },
  {
    id: 'health',
    method: 'get',
    path: '/health',
    summary: 'Whether storage answers and takes writes, and when each timer last ran; at most 15 seconds old',
    access: 'anyone',
    answers: {
      ...ok('The service is healthy.', 'Health'),
      503: { description: 'The service is unhealthy, for the listed reasons.', schema: answers.health },
    },
  },
  {
    id: 'openapi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    access: 'anyone',
    answers: { 200: { description: 'The document.', schema: answers.openApi } },
  },
];
