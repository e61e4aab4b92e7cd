/** The whole API, route by route: what each takes, by the schemas that its requests are parsed with, and answers. */
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

/** One route with one method; `path` is below `/api`, `access` who may call it. */
export type Operation = {
  readonly id: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: Readonly<Record<string, z.core.$ZodType>>;
  readonly body?: z.core.$ZodType;
  readonly isBodyOptional?: boolean;
  /** By status; an array where one status has several types of content. */
  readonly answers: Readonly<Record<number, Answer | readonly Answer[]>>;
};

/** The schemas that are named in the document. */
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
  linkId: z.string().check(z.describe('From the list of links, or from the answer that made one.')),
};

function problem(description: string): Answer {
  return { description, schema: answers.problemDocument, content: 'application/problem+json' };
}

const invalid = { 400: problem('A parameter or the body is not as it should be; the detail says what is allowed.') };
const busy = { 503: problem('The storage does not answer, or others keep changing the same objects: send it again.') };
const noTenant = {
  404: problem('There is no such tenant.'),
  410: problem('The tenant is being deleted.'),
};
const tooLarge = { 413: problem('The body has more than 32 MiB.') };
const body = { ...invalid, ...tooLarge, ...busy };

function ok(description: string, name: keyof typeof components): { 200: Answer } {
  return { 200: { description, schema: components[name] as z.core.$ZodType } };
}

/** What every route that is not for anyone can answer besides. */
export const toStrangers: Operation['answers'] = {
  401: problem('There is no access token, or it is not accepted. Where access is by function keys, the body is empty.'),
  403: problem('The access token has none of the roles that open the route, or not for this tenant.'),
};

function page(description: string): Answer {
  return { description, content: 'text/html' };
}

function graphProblem(description: string): Answer {
  return { description, schema: answers.graphRefusal };
}

const testMailAnswers: Operation['answers'] = {
  ...ok('What was sent, or would be.', 'TestMail'),
  ...noTenant,
  429: problem('A test mail of the tenant was sent less than a minute ago; Retry-After says when the next may be.'),
  502: problem('The mail service did not accept the mail; the detail says what to do.'),
  ...body,
};

/** Every route of the API. */
export const operations: readonly Operation[] = [
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
    summary: 'Deletes a tenant with all its objects, errors and history; send it again where it was cut off',
    access: 'Tenants.Manage',
    query: confirmQuery,
    answers: {
      ...ok('The tenant is deleted.', 'Deletion'),
      202: {
        description: 'It is being deleted: the next sweep goes on, or the same request.',
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
        'It would delete more objects than the tenant allows; the detail says how many. Nothing was written.',
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
    summary: 'One object as it stands, with both sides of its conflicts',
    access: 'Errors.Read',
    answers: {
      ...ok('The object.', 'Object'),
      ...noTenant,
      404: problem('There is no such tenant or object.'),
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
    summary: 'Dismisses the failure of an object; it comes back if an operation on the object fails again',
    access: 'Conflicts.Fix',
    query: failureNameQuery,
    answers: {
      204: { description: 'The failure is dismissed.', content: null },
      ...invalid,
      ...noTenant,
      404: problem('There is no such tenant or failure.'),
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
      404: problem('There is no such tenant or feature.'),
      ...busy,
    },
  },
  {
    id: 'putFeature',
    method: 'put',
    path: '/tenants/{tenantId}/features/{name}',
    summary: 'Switches a feature on, which it is; to switch one off is refused',
    access: 'Exports.Write',
    body: featureSchema,
    answers: {
      ...ok('The feature.', 'Feature'),
      ...noTenant,
      404: problem('There is no such tenant or feature.'),
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
    answers: { ...ok('What was released.', 'Sweep'), ...noTenant, ...busy },
  },
  {
    id: 'auditTenant',
    method: 'get',
    path: '/tenants/{tenantId}/audit',
    summary: 'Reads all rows of the tenant and checks what must always hold; changes nothing',
    access: ['Errors.Read', 'Tenants.Manage'],
    answers: { ...ok('What was found.', 'Audit'), ...noTenant, ...busy },
  },
  {
    id: 'repairTenant',
    method: 'post',
    path: '/tenants/{tenantId}/audit/repair',
    summary: 'Mends what an audit finds and can be mended without guessing',
    access: 'Tenants.Manage',
    answers: { ...ok('What was mended, and what is left.', 'Repair'), ...noTenant, ...busy },
  },
  {
    id: 'history',
    method: 'get',
    path: '/tenants/{tenantId}/history',
    summary: 'What was quarantined, released and withdrawn, newest first',
    access: 'Errors.Read',
    query: pageParameters,
    answers: { ...ok('A page of the history.', 'History'), ...invalid, ...noTenant, ...busy },
  },
  {
    id: 'mailTenant',
    method: 'post',
    path: '/tenants/{tenantId}/mail',
    summary: 'Sends the mail now to recipients of the tenant, as a test, or with dryRun says what would be sent',
    access: { allOf: ['Exports.Write', 'Errors.Read'] },
    body: mailRequestSchema,
    isBodyOptional: true,
    answers: {
      ...testMailAnswers,
      403: problem('The access token lacks a role, or an address in "to" is not among the recipients of the tenant.'),
    },
  },
  {
    id: 'mailAnybody',
    method: 'post',
    path: '/tenants/{tenantId}/mail/anybody',
    summary: 'Sends the mail now, as a test, to any address, or with dryRun says what would be sent',
    access: { allOf: ['Exports.Write', 'Errors.Read', 'Tenants.Manage'] },
    body: mailRequestSchema,
    isBodyOptional: true,
    answers: testMailAnswers,
  },
  {
    id: 'reportLink',
    method: 'post',
    path: '/tenants/{tenantId}/reportLink',
    summary: 'A link to the report, as the mail carries it',
    access: 'Errors.Read',
    answers: { ...ok('The link.', 'ReportLink'), ...noTenant, ...busy },
  },
  {
    id: 'reportLinks',
    method: 'get',
    path: '/tenants/{tenantId}/reportLinks',
    summary: 'The links to the report that are out, in no order',
    access: 'Errors.Read',
    query: pageParameters,
    answers: { ...ok('A page of links, without what opens them.', 'ReportLinkList'), ...invalid, ...noTenant, ...busy },
  },
  {
    id: 'voidReportLinks',
    method: 'delete',
    path: '/tenants/{tenantId}/reportLinks',
    summary: 'Voids all links to the report, those in mails included',
    access: 'Tenants.Manage',
    answers: { ...ok('They open nothing any more.', 'VoidedLinks'), ...noTenant, ...busy },
  },
  {
    id: 'voidReportLink',
    method: 'delete',
    path: '/tenants/{tenantId}/reportLinks/{linkId}',
    summary: 'Voids one link to the report',
    access: 'Tenants.Manage',
    answers: {
      ...ok('It opens nothing any more.', 'VoidedLinks'),
      ...noTenant,
      404: problem('There is no such tenant or link.'),
      ...busy,
    },
  },
  {
    id: 'report',
    method: 'get',
    path: '/report',
    summary: 'The report, for people: the link to it carries all of its parameters',
    access: 'anyone',
    query: { token: z.string().check(z.describe('Signed: the key to the report.')), ...reportQuerySchema.shape },
    answers: {
      200: [
        { description: 'A view of the report, or all errors as CSV.', content: 'text/html' },
        { description: 'All errors.', content: 'text/csv' },
      ],
      400: page('A parameter is not as it should be.'),
      401: page('The link is none, is not whole, has expired, or was voided.'),
      404: page('There is no such conflict.'),
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
      400: graphProblem('The query is wrong, or asks for what is not supported of OData.'),
      401: graphProblem('There is no access token, or it is not accepted.'),
      403: graphProblem('The access token has none of the roles that open the route, or not for this tenant.'),
      404: graphProblem('There is no such tenant or collection.'),
      410: graphProblem('The tenant is being deleted.'),
      503: graphProblem('The storage does not answer: send it again.'),
    },
  },
  {
    id: 'health',
    method: 'get',
    path: '/health',
    summary: 'Whether storage answers and takes writes, and when each timer last ran; as found in the last 15 seconds',
    access: 'anyone',
    answers: {
      ...ok('All is well.', 'Health'),
      503: { description: 'Something is wrong: the reasons say what.', schema: answers.health },
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
