import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  startFunctionsHost,
  type FunctionsHostOptions,
  type RunningFunctionsHost,
} from '../../local/functions-host.ts';
import { eventually, exitCode, runs, transcript } from './processes.ts';
import { temporaryApp } from './temporary-app.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const fixtureApp = join(import.meta.dirname, 'fixture-app');
const hostJson = '{ "version": "2.0" }';
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(options: Partial<FunctionsHostOptions> = {}): Promise<RunningFunctionsHost> {
  const host = await startFunctionsHost({ port: 0, appRoot: fixtureApp, output: 'pipe', ...options });
  cleanUps.push(() => host.stop());
  return host;
}

async function startApp(files: Record<string, string>): Promise<RunningFunctionsHost> {
  const app = await temporaryApp({ files: { 'host.json': hostJson, ...files } });
  cleanUps.push(() => app.remove());
  return start({ appRoot: app.folder });
}

describe('loading an app', () => {
  const commonJs = (name: string) =>
    `const { app } = require('@azure/functions'); app.get('${name}', () => ({ body: '${name}' }));`;
  const module = (name: string) =>
    `import { app } from '@azure/functions'; await null; app.get('${name}', () => ({ body: '${name}' }));`;

  it('loads the files that "main" matches: .js by "type", .cjs and .mjs by their names', async () => {
    const host = await startApp({
      'package.json': '{ "main": "./dist/*.{js,cjs,mjs}" }',
      'dist/one.js': commonJs('one'),
      'dist/two.cjs': commonJs('two'),
      'dist/three.mjs': module('three'),
      'dist/deeper/four.js': 'throw new Error("not matched")',
    });
    const list = (await (await fetch(`${host.url}/admin/functions`)).json()) as { name: string }[];
    expect(list.map(({ name }) => name).sort()).toEqual(['one', 'three', 'two']);
  });

  it('loads all files below a folder, and uses the prefix "api" by default', async () => {
    const host = await startApp({
      'package.json': '{ "type": "module", "main": "dist" }',
      'dist/deeper/four.js': module('four'),
    });
    expect(await (await fetch(`${host.url}/api/four`)).text()).toBe('four');
  });

  const failing = (source: string) => ({ 'package.json': '{ "main": "main.js" }', 'main.js': source });
  const timer = (schedule: string) =>
    failing(`require('@azure/functions').app.timer('sweep', { schedule: '${schedule}', handler() {} })`);

  it.each([
    [
      'an entry point that throws',
      failing('throw new Error("broken")'),
      'Cannot load entry point "main.js": Error: broken',
    ],
    ['an app without functions', failing(''), 'Cannot start: the app registered no function'],
    [
      'no file to load',
      { 'package.json': '{ "main": "lib/*.js" }' },
      '"main": "lib/*.js" in its package.json matches no',
    ],
    ['a broken host.json', { ...failing(commonJs('one')), 'host.json': '{' }, 'host.json": it is not JSON'],
    [
      'a missing setting, naming it and the function',
      timer('%SWEEP_SCHEDULE%'),
      'Cannot start function "sweep": its binding has "%SWEEP_SCHEDULE%", but the setting SWEEP_SCHEDULE is missing',
    ],
    [
      'a schedule of five fields',
      timer('0 * * * *'),
      'Cannot schedule function "sweep": "0 * * * *" is not a six-field',
    ],
    ['a schedule that NCRONTAB does not allow', timer('0 0 0 L * *'), 'it uses a feature that NCRONTAB does not have'],
    [
      'a hook that fails at the start',
      failing("require('@azure/functions').app.hook.appStart(() => Promise.reject(new Error('no start')))"),
      'no start',
    ],
    [
      'HTTP streaming',
      failing(`require('@azure/functions').app.setup({ enableHttpStream: true }); ${commonJs('one')}`),
      'HTTP streaming, which this host does not serve',
    ],
  ])('refuses %s', async (_, files, message) => {
    await expect(startApp(files)).rejects.toThrow(message);
  });

  it('warns of features that it does not support', async () => {
    const app = await temporaryApp({
      files: {
        'host.json': hostJson,
        ...failing(
          `const { app } = require('@azure/functions');
           app.storageQueue('queued', { queueName: 'q', connection: 'C', handler: (text, context) => context.log('got ' + text) });`,
        ),
      },
    });
    cleanUps.push(() => app.remove());
    const child = spawn(process.execPath, ['local/host/main.ts', '--app', app.folder], {
      env: { ...process.env, PORT: '0' },
    });
    const log = transcript(child);
    await eventually('the start', () => log.text().includes('listens on'));
    expect(log.text()).toContain('"queued" has a queueTrigger, which this host does not listen to');
    const url = /http:\S+/.exec(log.text())?.[0] ?? '';
    const body = JSON.stringify({ input: 'hello' });
    await fetch(`${url}/admin/functions/queued?wait=true`, { method: 'POST', body });
    expect(log.text()).toContain('queued: got hello');
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
  });
});

describe('function keys', () => {
  const environment = { FUNCTION_KEYS_ENFORCED: 'true', LOCAL_FUNCTION_KEY: 'f', LOCAL_MASTER_KEY: 'm' };

  it('open the functions of their level, in the header or in the query', async () => {
    const { url } = await start({ environment });
    const status = async (path: string, key?: string) =>
      (await fetch(`${url}${path}`, { headers: key === undefined ? {} : { 'x-functions-key': key } })).status;
    expect(await status('/api/byName')).toBe(200);
    expect(await status('/api/secret')).toBe(401);
    expect(await status('/api/secret', 'wrong')).toBe(401);
    expect(await status('/api/secret', 'f')).toBe(200);
    expect(await status('/api/secret?code=f')).toBe(200);
    expect(await status('/api/secret', 'm')).toBe(200);
    expect(await status('/api/topSecret', 'f')).toBe(401);
    expect(await status('/api/topSecret', 'm')).toBe(200);
    expect(await status('/admin/functions', 'f')).toBe(401);
    expect(await status('/admin/functions', 'm')).toBe(200);
  });

  it('must be set if they are enforced', async () => {
    await expect(start({ environment: { ...environment, LOCAL_MASTER_KEY: '' } })).rejects.toThrow(
      'Cannot enforce function keys: the setting LOCAL_MASTER_KEY is missing',
    );
  });
});

describe('DECODE_SLASHES', () => {
  it('decodes, folds and strips slashes, like the front end of a deployed app', async () => {
    const { url } = await start({ environment: { DECODE_SLASHES: 'true' } });
    expect((await fetch(`${url}/api/things/a%2Fb`)).status).toBe(404);
    expect(await (await fetch(`${url}/api/rest/a%2Fb`)).json()).toMatchObject({ params: { rest: 'a/b' } });
    expect(await (await fetch(`${url}/api/rest/%2Fa%2F%2Fb%5Cc`)).json()).toMatchObject({ params: { rest: 'a/b/c' } });
    expect(await (await fetch(`${url}/api/things/a%252Fb`)).json()).toMatchObject({ params: { id: 'a%2Fb' } });
  });
});

describe('a quiet host', () => {
  it('shows warnings and errors only', async () => {
    const host = await start({ quiet: true });
    const log = transcript(host.child);
    await fetch(`${host.url}/api/byName`);
    await fetch(`${host.url}/api/warns`);
    await eventually('the warning', () => log.text().includes('careful'));
    expect(log.text()).not.toContain('200');
  });
});

describe('the port', () => {
  it('is named if it is in use, with advice', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(
      `Cannot start the functions host: port ${port} is in use. Choose another one: PORT=${port + 1} npm start`,
    );
  });

  it('is refused if it is not a valid port', async () => {
    await expect(start({ port: 70_000 })).rejects.toThrow('Cannot use PORT="70000"');
  });
});

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s waits for running invocations and for the end hooks of the app',
    async (signal) => {
      const host = await start();
      const log = transcript(host.child);
      const slow = fetch(`${host.url}/api/slow`);
      await eventually('the slow invocation', () => log.text().includes('slow: begins'));
      host.child.kill(signal);
      expect(await (await slow).text()).toBe('slow, but answered');
      expect(await exitCode(host.child)).toBe(0);
      expect(log.text()).toContain('appTerminate ran');
      await expect(fetch(`${host.url}/api/byName`)).rejects.toThrow();
    },
  );

  it('comes with an uncaught error, with exit code 1 and the error in the log', async () => {
    const host = await start();
    const log = transcript(host.child);
    await fetch(`${host.url}/api/dies`).catch(() => undefined);
    expect(await exitCode(host.child)).toBe(1);
    await eventually('the error', () => log.text().includes('rejected on purpose'));
  });

  it('comes with the end of the parent, even if that is killed', async () => {
    const script = `
      import { startFunctionsHost } from './local/functions-host.ts';
      const { child } = await startFunctionsHost({ port: 0, appRoot: ${JSON.stringify(fixtureApp)}, quiet: true });
      console.log('child ' + child.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const log = transcript(parent);
    await eventually('the child', () => log.text().includes('child '));
    const pid = Number(/child (\d+)/.exec(log.text())?.[1]);
    expect(runs(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually('the end of the child', () => !runs(pid));
  });
});
