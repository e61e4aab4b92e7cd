import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { keysFrom } from '../../shared/store/keys.ts';
import { readPage } from '../../shared/store/partition.ts';
import { group, remove, user } from '../shared/directory/fixtures.ts';
import { audit } from '../support/audit.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { servicesHere } from '../support/storage.ts';

let service: RunningFunctionsHost;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe('POST /api/tenants/{tenantId}/exports', () => {
  it('answers with a result for each operation, in order, and a summary', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([user('joe', { displayName: 'Joe Wood', userPrincipalName: 'Joe@contoso.com' })]);
    const { status, body } = await tenant.export([
      user('twin', { displayName: 'Joe Twin', userPrincipalName: 'joe@contoso.com' }),
      remove('nobody'),
      user('bad', { userPrincipalName: 'no address' }),
    ]);
    expect(status).toBe(200);
    expect(body.summary).toEqual({ created: 1, updated: 0, unchanged: 1, deleted: 0, failed: 1, quarantined: 1 });
    expect(body.results).toMatchObject([
      {
        sourceAnchor: 'twin',
        outcome: 'created',
        userPrincipalName: expect.stringMatching(/^joe\+\d{4}@contoso\.onmicrosoft\.com$/) as string,
        errors: [
          {
            code: 'QuarantinedAttributeValueMustBeUnique',
            provisioningError: {
              errorCategory: 'PropertyConflict',
              propertyName: 'UserPrincipalName',
              propertyValue: 'joe@contoso.com',
              object: { displayName: 'Joe Twin' },
              heldBy: { displayName: 'Joe Wood', attribute: 'userPrincipalName' },
            },
          },
        ],
      },
      { sourceAnchor: 'nobody', outcome: 'unchanged', objectId: null, errors: [] },
      { sourceAnchor: 'bad', outcome: 'failed', errors: [{ code: 'IdentityDataValidationFailed' }] },
    ]);
  });

  it('reports a quarantined value once, and lists it as long as it lasts', async () => {
    const tenant = await registerTenant(service);
    const twins = [group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')];
    await tenant.export(twins);
    const { body } = await tenant.export(twins);
    expect(body.results[1]).toMatchObject({ outcome: 'unchanged', errors: [] });
    expect(body.results[1].dirSyncProvisioningErrors).toHaveLength(1);
  });

  it('never gives a value two holders, nor loses one, when two exports race for it', async () => {
    const tenant = await registerTenant(service);
    const services = servicesHere();
    for (let round = 0; round < 20; round++) {
      const rival = (side: string) =>
        tenant.export([
          user(`u${round}${side}`, { userPrincipalName: `hot${round}@contoso.com`, exchangeLicensed: true }),
          group(`g${round}${side}`, `SMTP:hot${round}@contoso.com`, `smtp:warm${round}@contoso.com`),
        ]);
      const answers = await Promise.all([rival('l'), rival('r')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    }
    expect(await audit(await services.storage.partition(tenant.registrationId))).toEqual([]);
  });

  it('refuses an unknown tenant', async () => {
    const { status, headers, body } = await send(`${service.url}/api/tenants/nobody/exports`, {
      method: 'POST',
      body: { operations: [] },
    });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ status: 404, detail: expect.stringContaining('"nobody"') as string });
  });
});

describe('POST /api/tenants/{tenantId}/exports, with invalid bodies', () => {
  const post = async (body: unknown) => {
    const tenant = await registerTenant(service);
    const answer = await send(`${tenant.url}/exports`, { method: 'POST', body });
    // Whatever came before, the next request works.
    expect((await tenant.export([group('next')])).status).toBe(200);
    return answer;
  };

  it.each([
    ['nothing', ''],
    ['no JSON', '{ "operations": ['],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['a list', '[]'],
    ['null', 'null'],
    ['no operations', '{}'],
    ['operations that are no list', '{ "operations": {} }'],
    ['an operation that is no object', '{ "operations": [1] }'],
    ['a property too many', '{ "operations": [], "more": 1 }'],
  ])('refuses %s with 400', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('says where a body is wrong', async () => {
    const { body } = await post({ operations: [{}, 'x'] });
    expect(body.errors).toEqual([{ pointer: '/operations/1', detail: expect.any(String) as string }]);
  });

  it('refuses a body of 40 MB with 413', async () => {
    const answer = await post(JSON.stringify({ operations: [], padding: 'x'.repeat(40_000_000) }));
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain('32 MiB');
  });

  it('takes 10,000 operations', async () => {
    const groups = Array.from({ length: 10_000 }, (_, n) => group(`g${n}`, `smtp:g${n}@contoso.com`));
    const { status, body } = await post({ operations: groups });
    expect(status).toBe(200);
    expect(body.summary.created).toBe(10_000);
  });

  it('refuses more than 25,000 operations with 400', async () => {
    const answer = await post({ operations: Array.from({ length: 25_001 }, () => ({})) });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('25000');
  });

  it.each([
    ['a source anchor of a million characters', { ...group('x'), sourceAnchor: 'x'.repeat(1_000_000) }],
    ['a display name of a million characters', { ...group('x'), displayName: 'x'.repeat(1_000_000) }],
    ['an address of a million characters', group('x', `smtp:${'x'.repeat(1_000_000)}@contoso.com`)],
    ['a lone surrogate in the source anchor', group('\ud800')],
    ['a lone surrogate in an address', group('x', 'smtp:\udfff@contoso.com')],
    ['a lone surrogate in an attribute', { ...group('x'), attributes: { note: '\ud800' } }],
    ['an unknown property', { ...group('x'), dispalyName: 'X' }],
    ['an unknown operation', { ...group('x'), operation: 'upsert' }],
    ['no source anchor', { operation: 'delete' }],
    ['a number for a text', { ...group('x'), mail: 1 }],
  ])('fails an operation with %s, and no other', async (_, operation) => {
    const { status, body } = await post({ operations: [operation, group('ok')] });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { outcome: 'failed', errors: [{ code: 'DataValidationFailed' }] },
      { outcome: 'created' },
    ]);
    expect(JSON.stringify(body.results[0].errors).length).toBeLessThan(1_000);
  });

  it.each([
    ['an operation', '{ "operation": "add", "sourceAnchor": "x", "objectType": "Group", "__proto__": { "a": 1 } }'],
    [
      'attributes',
      '{ "operation": "add", "sourceAnchor": "x", "objectType": "Group", "attributes": { "__proto__": "a" } }',
    ],
  ])('fails an operation with a __proto__ key in %s', async (_, operation) => {
    const { body } = await post(`{ "operations": [${operation}] }`);
    expect(body.results).toMatchObject([{ outcome: 'failed', errors: [{ code: 'DataValidationFailed' }] }]);
  });

  it('keeps attributes unchanged, up to 512 KiB', async () => {
    const tenant = await registerTenant(service);
    const attributes = { constructor: 'x', note: 'ü'.repeat(200_000), list: ['a', ''] };
    const { body } = await tenant.export([
      { ...group('fits'), attributes },
      { ...group('large'), attributes: { note: 'ü'.repeat(262_144) } },
    ]);
    expect(body.results).toMatchObject([
      { outcome: 'created' },
      { outcome: 'failed', errors: [{ code: 'LargeObject' }] },
    ]);
    expect((await tenant.object('fits')).body.attributes).toEqual(attributes);
  });
});

describe('POST /api/tenants/{tenantId}/exports, when the storage stops in the middle', () => {
  it('answers 503 with Retry-After, and completes the same export later, nothing twice', async () => {
    const location = await mkdtemp(join(tmpdir(), 'azurite-'));
    let azurite = await startAzurite({ services: 'table', tablePort: 0, location });
    const host = await startService({ AzureWebJobsStorage: azurite.connectionString });
    try {
      const tenant = await registerTenant(host, {}, azurite.connectionString);
      const operations = Array.from({ length: 4_000 }, (_, n) =>
        user(`u${n}`, { userPrincipalName: `u${n % 3_900}@contoso.com`, proxyAddresses: [`smtp:u${n}@contoso.com`] }),
      );
      const interrupted = tenant.export(operations);
      const partition = await servicesHere(azurite.connectionString).storage.partition(tenant.registrationId);
      // Stopped when the first objects are written, and most are not yet.
      while ((await readPage(partition, keysFrom('object|'), { pageSize: 1 })).rows.length === 0);
      await azurite.stop();
      const { status, headers } = await interrupted;
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);

      azurite = await startAzurite({ services: 'table', tablePort: azurite.port, location });
      const { status: later, body } = await tenant.export(operations);
      expect(later).toBe(200);
      expect(body.summary.failed).toBe(0);
      expect(body.summary.created).toBeLessThan(4_000);
      const services = servicesHere(azurite.connectionString);
      expect(await audit(await services.storage.partition(tenant.registrationId))).toEqual([]);
      const errors = body.results.flatMap(
        (result: { dirSyncProvisioningErrors: unknown[] }) => result.dirSyncProvisioningErrors,
      );
      expect(errors).toHaveLength(100);
    } finally {
      await host.stop();
      await azurite.stop();
      await rm(location, { recursive: true, force: true });
    }
  }, 90_000);
});
