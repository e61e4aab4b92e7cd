import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerTenant, startService } from '../support/service.ts';
import { anchorOf, convertToJson, user } from './directory-files.ts';
import { type Gate, startGate, type Verdict } from './gate.ts';
import { type Ended, type Folder, makeFolder } from './run-client.ts';

let service: Awaited<ReturnType<typeof startService>>;
let tenant: Awaited<ReturnType<typeof registerTenant>>;
let folder: Folder;
let gate: Gate;
/** The verdict on requests for a sweep. */
let onSweep: Verdict;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  tenant = await registerTenant(service);
  folder = await makeFolder();
  onSweep = 'pass';
  gate = await startGate(service.url, (_, { path }) => (path.endsWith('/sweep') ? onSweep : 'pass'));
});
afterEach(async () => {
  await gate.stop();
  await folder.remove();
});

const sync = (...args: string[]): Promise<Ended> =>
  folder.run(['people.json', ...args, '--tenant', tenant.tenantId, '--url', gate.url, '--retries', '0']);
const sweeps = (): number => gate.arrived.filter(({ path }) => path.endsWith('/sweep')).length;

const alias = 'smtp:jw@contoso.com';
const leaver = user('Leaver', { proxyAddresses: [alias] });
const heir = user('Heir', { proxyAddresses: [alias] });
const third = user('Third', { proxyAddresses: [alias] });

/** Sends the leaver, who gets the alias, then two users who wait for it, and writes the file of a run that deletes the leaver. */
async function leaverIsGone(): Promise<void> {
  await folder.write('people.json', convertToJson([leaver]));
  await sync();
  await folder.write('people.json', convertToJson([leaver, heir, third]));
  await sync();
  await folder.write('people.json', convertToJson([heir, third]));
}

describe('sync, after a run with deletes', { timeout: 300_000 }, () => {
  it('sweeps, and reports how many values were released', async () => {
    await leaverIsGone();
    expect(sweeps()).toBe(0);
    const { code, stdout } = await sync();
    expect([code, sweeps()]).toEqual([0, 1]);
    expect(stdout).toContain('The sweep: 1 value released, 1 value still waits.');
    const heirs = await Promise.all(['Heir', 'Third'].map((name) => tenant.object(anchorOf(name))));
    const holders = heirs.filter(({ body }) => (body.proxyAddresses as string[]).includes(alias));
    expect(holders).toHaveLength(1);
  });

  it('reports the sweep as JSON; null after a run without deletes', async () => {
    await leaverIsGone();
    expect(JSON.parse((await sync('--json')).stdout)).toMatchObject({ sweep: { released: 1, stillWaiting: 1 } });
    expect(JSON.parse((await sync('--json')).stdout)).toMatchObject({ sweep: null });
    expect(sweeps()).toBe(1);
  });

  it('does not sweep in a dry run, or if there are more deletes than allowed', async () => {
    await leaverIsGone();
    await sync('--dry-run');
    await sync('--allow-deletes', '0');
    expect(sweeps()).toBe(0);
  });

  const failing: readonly (readonly [string, Verdict, string])[] = [
    ['is refused', { status: 403, headers: { 'content-type': 'text/plain' }, body: 'No such role.' }, '403'],
    ['is not answered in time', { status: 503, body: 'Busy' }, '503'],
    ['is answered by something else', { status: 200, body: '<html></html>' }, 'did not answer with JSON'],
    ['is answered without counts', { status: 200, body: '{"released":3}' }, 'does not list the released values'],
  ];
  it.each(failing)('still succeeds if the sweep %s, and reports it', async (_, verdict, why) => {
    await leaverIsGone();
    onSweep = verdict;
    const { code, stdout, stderr } = await sync();
    expect(code).toBe(0);
    expect(stdout).toContain('1 deleted');
    expect(stdout).not.toContain('The sweep:');
    expect(stderr).toContain('the values that the deleted objects vacate could not be released at once');
    expect(stderr).toContain(why);
    expect((await tenant.object(anchorOf('Leaver'))).status).toBe(404);
    // The state file remembers the operations sent: none is sent again.
    expect((await sync()).stdout).toContain('2 unchanged');
  });

  it('keeps the exit code of a run done in part if the sweep fails', async () => {
    await leaverIsGone();
    await folder.write('people.json', convertToJson([heir, third, user('Nameless', { userPrincipalName: [] })]));
    onSweep = { status: 403, body: '' };
    const { code, stdout, stderr } = await sync('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { deleted: 1, failed: 1 },
      sweep: { error: expect.stringContaining('403') as string },
    });
    expect(stderr).toContain('could not be released at once');
  });
});
