/** The client with a service that does not always answer. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerTenant, startService } from '../support/service.ts';
import { anchorOf, convertToJson, other, user } from './directory-files.ts';
import { type Arrived, type Gate, operationsOf, startGate, type Verdict } from './gate.ts';
import { type Ended, type Folder, makeFolder } from './run-client.ts';

let service: Awaited<ReturnType<typeof startService>>;
let tenant: Awaited<ReturnType<typeof registerTenant>>;
let folder: Folder;
let gates: Gate[] = [];

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  tenant = await registerTenant(service);
  folder = await makeFolder();
});
afterEach(async () => {
  for (const gate of gates) await gate.stop();
  gates = [];
  await folder.remove();
});

async function gateThat(decide: (index: number, request: Arrived) => Verdict): Promise<Gate> {
  const gate = await startGate(service.url, decide);
  gates.push(gate);
  return gate;
}

const argumentsFor = (url: string, ...more: string[]): string[] => [
  ...['people.json', '--tenant', tenant.tenantId, '--url', url, '--state', 'state', '--at-once', '1'],
  ...more,
];
const sync = (url: string, ...more: string[]): Promise<Ended> => folder.run(argumentsFor(url, ...more));

describe('a run that is killed', { timeout: 300_000 }, () => {
  const people = Array.from({ length: 20 }, (_, index) => user(`Person ${index}`));

  it('is continued by the next run, which does not send answered operations again', async () => {
    await folder.write('people.json', convertToJson(people));
    const gate = await gateThat((index) => (index < 2 ? 'pass' : 'hold'));
    const first = folder.start(argumentsFor(gate.url, '--batch-size', '5'));
    await gate.held;
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await tenant.get('/objects')).body.value).toHaveLength(10);

    const second = await gateThat(() => 'pass');
    expect(await sync(second.url, '--batch-size', '5')).toMatchObject({ code: 0 });
    const answered = gate.arrived.slice(0, 2).flatMap(operationsOf);
    const sent = second.arrived.flatMap(operationsOf);
    expect(sent).toHaveLength(10);
    expect(sent.filter(({ sourceAnchor }) => answered.some((one) => one.sourceAnchor === sourceAnchor))).toEqual([]);
    expect((await tenant.get('/objects')).body.value).toHaveLength(20);
    expect(await sync(second.url)).toMatchObject({ code: 0, stdout: expect.stringContaining('20 unchanged') });
  });

  it('makes the next run send the doubtful objects whole, even if the directory has not changed', async () => {
    const [joe, sales] = [user('Joe'), other('group', 'Sales')];
    await folder.write('people.json', convertToJson([joe, sales]));
    await sync(service.url);
    // The service applies this change, but the answer is lost.
    await folder.write('people.json', convertToJson([{ ...joe, displayName: 'Wrong' }, sales, user('New')]));
    const gate = await gateThat(() => 'loseAnswer');
    const lost = folder.start(argumentsFor(gate.url));
    await gate.held;
    lost.child.kill('SIGKILL');
    await lost.ended;
    expect((await tenant.object(anchorOf('Joe'))).body.displayName).toBe('Wrong');
    expect((await tenant.object(anchorOf('New'))).status).toBe(200);
    // The change was undone in the directory.
    await folder.write('people.json', convertToJson([joe, sales]));
    expect(await sync(service.url)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 updated') });
    expect((await tenant.object(anchorOf('Joe'))).body.displayName).toBe('Joe');
    expect((await tenant.object(anchorOf('New'))).status).toBe(404);
  });

  it('keeps other runs from using its state file until it ends', async () => {
    await folder.write('people.json', convertToJson(people));
    const gate = await gateThat(() => 'hold');
    const first = folder.start(argumentsFor(gate.url));
    await gate.held;
    expect(await sync(service.url)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('another run is using it'),
    });
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await sync(service.url)).toMatchObject({ code: 0 });
  });
});

describe('a service that does not answer', { timeout: 300_000 }, () => {
  beforeEach(() => folder.write('people.json', convertToJson([user('Joe')])));

  it('is tried again after the pause that it names', async () => {
    const busy = { status: 503, headers: { 'retry-after': '0' }, body: 'busy' };
    const tired = { status: 429, headers: { 'retry-after': new Date().toUTCString() }, body: 'slow down' };
    const gate = await gateThat((index) => [busy, tired][index] ?? 'pass');
    const ended = await sync(gate.url);
    expect(ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Trying again in 0 s: it answered 503: busy'),
    });
    expect(gate.arrived.map(({ body }) => body)).toEqual(Array(3).fill(gate.arrived[0]?.body));
  });

  it('is tried again only as often as --retries allows', async () => {
    const gate = await gateThat(() => ({ status: 503, headers: { 'retry-after': '0' } }));
    expect(await sync(gate.url, '--retries', '2')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('after 3 attempts'),
    });
    expect(gate.arrived).toHaveLength(3);
    expect(await sync(service.url)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 created') });
  });

  it('ends the run with exit code 3, as does a server that is not the service', async () => {
    const gate = await gateThat(() => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }));
    expect(await sync(gate.url, '--retries', '0')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('did not answer with JSON'),
    });
    await gate.stop();
    gates = [];
    expect(await sync(gate.url, '--retries', '0')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('requests', { timeout: 300_000 }, () => {
  it('carry the key and the token, from options or the environment', async () => {
    await folder.write('people.json', convertToJson([user('Joe')]));
    const gate = await gateThat(() => 'pass');
    await sync(gate.url, '--key', 'a-key', '--token', 'a-token');
    await folder.run(argumentsFor(gate.url, '--full'), { env: { SYNC_KEY: 'b-key', SYNC_TOKEN: 'b-token' } });
    expect(gate.arrived.map(({ headers }) => [headers['x-functions-key'], headers.authorization])).toEqual([
      ['a-key', 'Bearer a-token'],
      ['b-key', 'Bearer b-token'],
    ]);
  });

  it('allow their number of deletes if --allow-deletes is given, and stop if the service refuses it', async () => {
    const detail = 'Cannot take the export: it deletes 2 objects, and 1 is allowed.';
    await folder.write('people.json', convertToJson([user('A'), user('B'), user('C')]));
    await sync(service.url);
    await folder.write('people.json', convertToJson([user('A')]));
    const gate = await gateThat(() => ({
      status: 409,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify({ detail }),
    }));
    expect(await sync(gate.url)).toMatchObject({ code: 1, stderr: expect.stringContaining(detail) });
    expect(await sync(gate.url, '--allow-deletes', '9')).toMatchObject({ code: 1 });
    const exports = gate.arrived.filter(({ method }) => method === 'POST');
    expect(exports.map(({ body }) => (JSON.parse(body) as { allowDeletes?: number }).allowDeletes)).toEqual([
      undefined,
      2,
    ]);
    expect(await sync(service.url)).toMatchObject({ code: 0, stdout: expect.stringContaining('2 deleted') });
  });
});
