import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { group } from '../shared/directory/fixtures.ts';
import { registerTenant, startService } from '../support/service.ts';
import { servicesHere } from '../support/storage.ts';

let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe('an unexpected error', () => {
  it('is a 500 with the id of the invocation, and nothing of the error; the process goes on', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a'), group('b')]);
    const { table, partitionKey } = await servicesHere().storage.partition(tenant.registrationId);
    await table.updateEntity({ partitionKey, rowKey: 'object|a', exported: 'not JSON of Ann' }, 'Merge');

    const { status, headers, body } = await tenant.object('a');
    expect(status).toBe(500);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: 'urn:duplicate-attribute-resiliency:InternalError',
      title: 'The request failed unexpectedly',
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/) as string,
    });
    expect(JSON.stringify(body)).not.toContain('Ann');
    expect((await tenant.object('b')).status).toBe(200);
  });

  it('is told apart from every other by its id, as each refusal is', async () => {
    const tenant = await registerTenant(service);
    const instances = await Promise.all([tenant.object('x'), tenant.object('x')]);
    const ids = instances.map(({ body }) => (body as { instance: string }).instance);
    expect(ids[0]).toMatch(/^urn:uuid:/);
    expect(new Set(ids).size).toBe(2);
  });
});
