import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../local/ports.ts';
import { projectRoot } from '../../local/project-root.ts';
import { eventually, exitCode, familyOf, runs, transcript } from './processes.ts';
import { temporaryApp } from './temporary-app.ts';
import type { TemporaryApp } from './temporary-app.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let app: TemporaryApp;
let started: ChildProcess[] = [];

beforeEach(async () => {
  app = await temporaryApp({ like: 'built-app' });
});

afterEach(async () => {
  started.forEach((child) => child.kill('SIGKILL'));
  started = [];
  await app.remove();
});

type Started = { child: ChildProcess; log: ReturnType<typeof transcript>; port: number; tablePort: number };

async function start(command: string[], environment: NodeJS.ProcessEnv = {}): Promise<Started> {
  const [port, tablePort] = [await freePort(), await freePort()];
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...process.env, PORT: String(port), AZURITE_TABLE_PORT: String(tablePort), ...environment },
  });
  started.push(child);
  return { child, log: transcript(child), port, tablePort };
}

async function startAndWait(command = [process.execPath, 'local/start.ts', '--app', app.folder]): Promise<Started> {
  const system = await start(command);
  await eventually('the start', () => system.log.text().includes('Ctrl-C ends everything'));
  return system;
}

describe('npm start', () => {
  it('runs the functions on Azurite, says where, and ends on SIGINT with exit code 0 and no process left behind', async () => {
    const { child, log, port, tablePort } = await startAndWait();
    const response = await fetch(`http://127.0.0.1:${port}/api/storage`);
    const { storage, linkKey } = (await response.json()) as { storage: string; linkKey: string };
    expect(storage).toContain(`TableEndpoint=http://127.0.0.1:${tablePort}/devstoreaccount1`);
    expect(log.text()).toContain(`http://127.0.0.1:${port}/api`);
    // A key of its own, kept for the next start.
    expect(linkKey).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect(await readFile(join(app.folder, '.azurite', 'report-link-key'), 'utf8')).toBe(`${linkKey}\n`);
    expect(log.text()).not.toContain(linkKey);

    const family = familyOf(child.pid ?? 0);
    expect(family).toHaveLength(3);
    child.kill('SIGINT');
    expect(await exitCode(child)).toBe(0);
    expect(family.filter(runs)).toEqual([]);
  });

  it('leaves no process behind when npm gets SIGTERM', async () => {
    const { child } = await startAndWait(['npm', 'start', '--', '--app', app.folder]);
    const family = familyOf(child.pid ?? 0);
    expect(family.length).toBeGreaterThanOrEqual(4);
    child.kill('SIGTERM');
    await exitCode(child);
    await eventually('the end of everything', () => family.filter(runs).length === 0);
  });

  it('leaves no process behind when it is killed', async () => {
    const { child } = await startAndWait();
    const family = familyOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await eventually('the end of everything', () => family.filter(runs).length === 0);
  });

  it('ends with exit code 1 and a message when a part of it dies', async () => {
    const { child, log } = await startAndWait();
    const family = familyOf(child.pid ?? 0);
    process.kill(family.at(-1) ?? 0, 'SIGKILL');
    expect(await exitCode(child)).toBe(1);
    expect(log.text()).toMatch(/ended unexpectedly \(SIGKILL\); stopping everything/);
    expect(family.filter(runs)).toEqual([]);
  });

  it('names a port in use and the way out, and leaves nothing running', async () => {
    const { port } = await startAndWait();
    const second = await start([process.execPath, 'local/start.ts', '--app', app.folder], { PORT: String(port) });
    expect(await exitCode(second.child)).toBe(1);
    expect(second.log.text()).toContain(`port ${port} is in use. Choose another one: PORT=${port + 1} npm start`);
    await expect(fetch(`http://127.0.0.1:${second.tablePort}/`)).rejects.toThrow();
  });
});

describe('npm run start:func', () => {
  it('starts func on its port and on Azurite, and leaves no process behind', async () => {
    // A stand-in for Core Tools: it says how it was called, and runs until it is told to stop.
    const func = join(app.folder, 'func');
    const script = '#!/bin/sh\n[ "$1" = start ] && echo "$@ with $AzureWebJobsStorage" && exec sleep 60\nexit 0\n';
    await writeFile(func, script, { mode: 0o755 });
    const ports = { AZURITE_BLOB_PORT: String(await freePort()), AZURITE_QUEUE_PORT: String(await freePort()) };
    const { child, log, port } = await start([process.execPath, 'local/start-func.ts', '--app', app.folder], {
      ...ports,
      PATH: `${app.folder}:${process.env.PATH ?? ''}`,
    });
    await eventually('func', () => log.text().includes('start --port'));
    expect(log.text()).toContain(`start --port ${port} with DefaultEndpointsProtocol=http;`);
    expect(log.text()).toContain(`BlobEndpoint=http://127.0.0.1:${ports.AZURITE_BLOB_PORT}/`);
    const family = familyOf(child.pid ?? 0);
    expect(family).toHaveLength(3);
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
    expect(family.filter(runs)).toEqual([]);
  });

  it('says what to do where there are no Core Tools, and ends with exit code 1', async () => {
    const onlyNode = dirname(process.execPath);
    const { child, log } = await start([process.execPath, join('local', 'start-func.ts')], { PATH: onlyNode });
    expect(await exitCode(child)).toBe(1);
    expect(log.text()).toContain('Azure Functions Core Tools are not on the PATH');
    expect(log.text()).toContain('"npm start" runs the same functions without them');
  });
});
