import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { contact, group, remove, user } from '../shared/directory/fixtures.ts';
import {
  type Described,
  type Description,
  operationsOf,
  type Schema,
  validatorOf,
  wrongWith,
} from '../support/description.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';

type Hosted = { name: string; trigger: string; route?: string; methods?: string[]; authLevel?: string };

let service: RunningFunctionsHost;
let document: Description;
let hosted: readonly Hosted[];

beforeAll(async () => {
  service = await startService();
  document = (await send(`${service.url}/api/openapi.json`)).body as Description;
  hosted = (await send(`${service.url}/admin/functions`)).body as Hosted[];
});
afterAll(() => service.stop());

describe('GET /api/openapi.json', () => {
  it('is OpenAPI 3.1, for everybody', async () => {
    const { status, headers } = await send(`${service.url}/api/openapi.json`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(document.openapi).toBe('3.1.0');
  });

  it('describes every route that is registered, and no other', () => {
    const registered = hosted
      .filter(({ trigger }) => trigger.toLowerCase() === 'httptrigger')
      .flatMap(({ name, methods = [], route = '' }) =>
        methods.map((method) => `${name}: ${method} ${route.replace('{*', '{')}`),
      );
    const written = operationsOf(document).map(
      ({ path, method, operation }) => `${operation.operationId}: ${method.toUpperCase()} /api${path}`,
    );
    expect(written.sort()).toEqual(registered.sort());
  });

  it('says of each which key it needs, and which roles', () => {
    for (const { operation } of operationsOf(document)) {
      const level = hosted.find(({ name }) => name === operation.operationId)?.authLevel;
      const schemes = new Set(operation.security.flatMap((requirement) => Object.keys(requirement as object)));
      const wanted = level === 'anonymous' ? [] : ['keyInHeader', 'keyInQuery', 'accessToken'];
      expect.soft([...schemes], operation.operationId).toEqual(wanted);
      expect.soft(operation.summary.includes('admin key'), operation.operationId).toBe(level === 'admin');
    }
  });

  it('describes each parameter of a path, and refers to nothing that is not there', () => {
    for (const { path, operation } of operationsOf(document)) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map(({ name }) => name)).toEqual(names);
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name);
  });

  it('describes real answers of every route', async () => {
    const tenant = await registerTenant(service);
    const { tenantId, url } = tenant;
    const graph = `${service.url}/api/v1.0/${tenantId}`;
    const conflicts = `onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict')`;
    const operations = [
      user('joe', { proxyAddresses: ['SMTP:joe@contoso.com', 'X500:/o=Contoso'], attributes: { note: ['a', 'b'] } }),
      user('joe2', { userPrincipalName: 'JOE@contoso.com', proxyAddresses: ['smtp:joe@contoso.com'] }),
      contact('zoe', 'smtp:Joe@contoso.com'),
      group('x500', 'X500:/o=Contoso'),
      { operation: 'update', sourceAnchor: 'nobody' },
      { operation: 'rename', sourceAnchor: 'joe' },
    ];
    const post = (path: string, body: unknown = {}): Promise<Answer> => send(url + path, { method: 'POST', body });
    const put = (target: string, body: unknown): Promise<Answer> => send(target, { method: 'PUT', body });
    const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: ['a@contoso.com'] };
    const link = new URL((await post('/reportLink')).body.url as string);
    const report = `${service.url}${link.pathname}${link.search}`;

    const answers: [operationId: string, answer: Answer][] = [
      ['putTenant', await put(`${service.url}/api/tenants/open-${Date.now()}`, registration)],
      ['putTenant', await put(url, registration)],
      ['putTenant', await put(url, {})],
      ['tenants', await send(`${service.url}/api/tenants?pageSize=1`)],
      ['tenants', await send(`${service.url}/api/tenants?pageSize=0`)],
      ['tenant', await send(url)],
      ['tenant', await send(`${service.url}/api/tenants/nobody`)],
      ['processExport', await post('/exports', { operations })],
      ['processExport', await post('/exports', { operations: 'none' })],
      [
        'processExport',
        await send(`${service.url}/api/tenants/nobody/exports`, { method: 'POST', body: { operations } }),
      ],
      ['objects', await tenant.get('/objects?pageSize=1')],
      ['objects', await tenant.get('/objects?hasErrors=true')],
      ['objects', await tenant.get('/objects?objectType=Robot')],
      ['object', await tenant.object('joe')],
      ['object', await tenant.object('joe2')],
      ['object', await tenant.object('nobody')],
      ['provisioningErrors', await tenant.get('/provisioningErrors')],
      ['provisioningErrors', await tenant.get('/provisioningErrors?pageSize=1')],
      ['provisioningErrors', await tenant.get('/provisioningErrors?format=csv')],
      ['provisioningErrors', await tenant.get('/provisioningErrors?propertyName=mail')],
      ['failures', await tenant.get('/failures?pageSize=1')],
      ['failures', await tenant.get('/failures')],
      ['dismissFailure', await send(`${url}/failures`, { method: 'DELETE' })],
      ['dismissFailure', await send(`${url}/failures?sourceAnchor=x500`, { method: 'DELETE' })],
      ['dismissFailure', await send(`${url}/failures?sourceAnchor=x500`, { method: 'DELETE' })],
      ['features', await tenant.get('/features')],
      ['feature', await tenant.get('/features/DuplicateUPNResiliency')],
      ['feature', await tenant.get('/features/none')],
      ['putFeature', await put(`${url}/features/DuplicateUPNResiliency`, { enabled: true })],
      ['putFeature', await put(`${url}/features/DuplicateUPNResiliency`, { enabled: false })],
      ['putFeature', await put(`${url}/features/DuplicateUPNResiliency`, { enabled: 1 })],
      ['graphCollection', await send(`${graph}/users`)],
      [
        'graphCollection',
        await send(`${graph}/users?${new URLSearchParams({ $filter: conflicts, $count: 'true', $top: '1' })}`),
      ],
      [
        'graphCollection',
        await send(`${graph}/contacts?${new URLSearchParams({ $filter: conflicts, $select: 'id' })}`),
      ],
      ['graphCollection', await send(`${graph}/users?$orderby=id`)],
      ['graphCollection', await send(`${graph}/robots`)],
      ['mailTenant', await post('/mail', { dryRun: true })],
      ['mailTenant', await post('/mail', { to: [] })],
      ['mailTenant', await post('/mail', { to: ['stranger@fabrikam.com'] })],
      ['mailAnybody', await post('/mail/anybody', { to: ['stranger@fabrikam.com'], dryRun: true })],
      ['mailAnybody', await post('/mail/anybody', { to: ['stranger'] })],
      ['reportLink', await post('/reportLink')],
      ['reportLinks', await tenant.get('/reportLinks?pageSize=1')],
      ['reportLinks', await tenant.get('/reportLinks?pageSize=0')],
      [
        'voidReportLink',
        await send(`${url}/reportLinks/${(await post('/reportLink')).body.linkId}`, { method: 'DELETE' }),
      ],
      ['voidReportLink', await send(`${url}/reportLinks/none`, { method: 'DELETE' })],
      ['report', await send(report)],
      ['report', await send(`${report}&format=csv`)],
      ['report', await send(`${service.url}/api/report?token=none`)],
      ['report', await send(`${report}&sort=none`)],
      ['processExport', await tenant.export([remove('joe')])],
      ['provisioningErrors', await tenant.get('/provisioningErrors')],
      ['sweepTenant', await post('/sweep')],
      ['auditTenant', await tenant.get('/audit')],
      ['auditTenant', await send(`${service.url}/api/tenants/nobody/audit`)],
      ['repairTenant', await post('/audit/repair')],
      ['history', await tenant.get('/history?pageSize=1')],
      ['history', await tenant.get('/history')],
      ['voidReportLinks', await send(`${url}/reportLinks`, { method: 'DELETE' })],
      ['putTenant', await put(url, { ...registration, accidentalDeletionThreshold: 0 })],
      ['processExport', await tenant.export([remove('joe2')])],
      ['tenant', await send(url)],
      ['deleteTenant', await send(url, { method: 'DELETE' })],
      ['deleteTenant', await send(`${url}?confirm=${tenantId}`, { method: 'DELETE' })],
      ['deleteTenant', await send(`${url}?confirm=${tenantId}`, { method: 'DELETE' })],
      ['health', await send(`${service.url}/api/health`)],
      ['openapi', await send(`${service.url}/api/openapi.json`)],
    ];
    const byId = new Map(operationsOf(document).map(({ operation }) => [operation.operationId, operation]));
    const wrong = answers.flatMap(([id, answer]) => wrongWith(document, byId.get(id) as Described, answer) ?? []);
    expect(wrong).toEqual([]);
    expect([...new Set(answers.map(([id]) => id))].sort()).toEqual([...byId.keys()].sort());
    // The shapes that matter most were among the answers.
    const sent = JSON.stringify(answers.map(([, { body }]) => body as unknown));
    for (const text of [
      'nextLink',
      '"heldBy":null',
      '"refusedExport":{',
      '"released":[{',
      '"code":"QuarantinedAttributeValueMustBeUnique"',
    ]) {
      expect.soft(sent).toContain(text);
    }
  });

  it('describes an answer so that another shape does not pass', () => {
    const [operation] = operationsOf(document)
      .map((entry) => entry.operation)
      .filter(({ operationId }) => operationId === 'features');
    const headers = new Headers({ 'content-type': 'application/json' });
    const wrong = { value: [{ dirSyncFeature: 'DuplicateUPNResiliency', enabled: true, more: 1 }] };
    expect(wrongWith(document, operation as Described, { status: 200, headers, body: wrong })).toContain('more');
    expect(wrongWith(document, operation as Described, { status: 418, headers, body: wrong })).toContain(
      'not described',
    );
  });

  it('describes the bodies of requests by the schemas that they are parsed with', () => {
    const bodyOf = (path: string, method: string): z.ZodType =>
      validatorOf(document, document.paths[path]?.[method]?.requestBody?.content['application/json']?.schema as Schema);
    const exports = bodyOf('/tenants/{tenantId}/exports', 'post');
    const tenant = bodyOf('/tenants/{tenantId}', 'put');
    expect(exports.safeParse({ operations: [user('a'), group('g', 'smtp:a@b.c'), remove('a')] }).success).toBe(true);
    expect(exports.safeParse({ operations: [{ ...user('a'), more: 1 }] }).success).toBe(false);
    expect(exports.safeParse({}).success).toBe(false);
    expect(tenant.safeParse({ initialDomain: 'contoso.onmicrosoft.com', recipients: [] }).success).toBe(true);
    expect(tenant.safeParse({ initialDomain: 'contoso', recipients: [] }).success).toBe(false);
  });
});
