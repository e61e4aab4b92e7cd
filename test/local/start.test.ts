import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { TableClient } from '@azure/data-tables';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { projectRoot } from '../../local/project-root.ts';
import { eventually, exitCode, familyOf, runs, transcript } from './processes.ts';
import { temporaryApp, type TemporaryApp } from './temporary-app.ts';

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

async function start(
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  { detached = false } = {},
): Promise<Started> {
  const [port, tablePort] = [await freePort(), await freePort()];
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...process.env, PORT: String(port), AZURITE_TABLE_PORT: String(tablePort), ...environment },
    detached,
  });
  started.push(child);
  return { child, log: transcript(child), port, tablePort };
}

async function startAndWait(
  command: readonly string[] = [process.execPath, 'local/start.ts', '--app', app.folder],
  options: { detached?: boolean } = {},
): Promise<Started> {
  const system = await start(command, {}, options);
  await eventually('the start', () => system.log.text().includes('Ctrl-C ends everything'));
  return system;
}

describe('npm start', () => {
  it('runs the functions on Azurite, prints their addresses, and ends on SIGINT with exit code 0 and no process left', async () => {
    const { child, log, port, tablePort } = await startAndWait();
    const response = await fetch(`http://127.0.0.1:${port}/api/storage`);
    const { storage, linkKey } = (await response.json()) as { storage: string; linkKey: string };
    expect(storage).toContain(`TableEndpoint=http://127.0.0.1:${tablePort}/devstoreaccount1`);
    expect(log.text()).toContain(`http://127.0.0.1:${port}/api`);
    // A new key, stored for the next start.
    expect(linkKey).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect(await readFile(join(app.folder, '.azurite', 'report-link-key'), 'utf8')).toBe(`${linkKey}\n`);
    expect(log.text()).not.toContain(linkKey);

    const family = familyOf(child.pid ?? 0);
    expect(family).toHaveLength(3);
    child.kill('SIGINT');
    expect(await exitCode(child)).toBe(0);
    expect(family.filter(runs)).toEqual([]);
  });

  it('leaves no process behind if npm receives SIGTERM', async () => {
    const { child } = await startAndWait(['npm', 'start', '--', '--app', app.folder]);
    const family = familyOf(child.pid ?? 0);
    expect(family.length).toBeGreaterThanOrEqual(4);
    child.kill('SIGTERM');
    await exitCode(child);
    await eventually('the end of everything', () => family.filter(runs).length === 0);
  });

  it('leaves no process behind if it is killed', async () => {
    const { child } = await startAndWait();
    const family = familyOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await eventually('the end of everything', () => family.filter(runs).length === 0);
  });

  it('ends with exit code 1 and a message if a part of it dies', async () => {
    const { child, log } = await startAndWait();
    const family = familyOf(child.pid ?? 0);
    process.kill(family.at(-1) ?? 0, 'SIGKILL');
    expect(await exitCode(child)).toBe(1);
    expect(log.text()).toMatch(/ended unexpectedly \(SIGKILL\); stopping everything/);
    expect(family.filter(runs)).toEqual([]);
  });

  it('names a port in use with advice, and leaves nothing running', async () => {
    const { port } = await startAndWait();
    const second = await start([process.execPath, 'local/start.ts', '--app', app.folder], { PORT: String(port) });
    expect(await exitCode(second.child)).toBe(1);
    expect(second.log.text()).toContain(`port ${port} is in use. Choose another one: PORT=${port + 1} npm start`);
    await expect(fetch(`http://127.0.0.1:${second.tablePort}/`)).rejects.toThrow();
  });
});

/** An app whose function writes a row: at once, or later if the name of the row is "late". */
const writingApp = `
import { setTimeout as delay } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';

app.http('rows', {
  methods: ['PUT'],
  route: 'rows/{name}',
  handler: async ({ params: { name } }) => {
    const table = TableClient.fromConnectionString(process.env.AzureWebJobsStorage, 'rows', { allowInsecureConnection: true });
    await table.createTable();
    if (name === 'late') await delay(1_500);
    await table.createEntity({ partitionKey: 'rows', rowKey: name });
    return { status: 204 };
  },
});
`;

describe('the data of npm start', () => {
  const node = [process.execPath, 'local/start.ts', '--app'];
  const npm = ['npm', 'start', '--', '--app'];

  async function rowsAfterAnotherStart(): Promise<readonly string[]> {
    const { child, tablePort } = await startAndWait();
    const account = 'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=';
    const connection = `${account}${azuriteKey};TableEndpoint=http://127.0.0.1:${tablePort}/devstoreaccount1;`;
    const table = TableClient.fromConnectionString(connection, 'rows', { allowInsecureConnection: true });
    const rows: string[] = [];
    for await (const { rowKey } of table.listEntities()) rows.push(rowKey ?? '');
    child.kill('SIGTERM');
    await exitCode(child);
    return rows;
  }

  it.each([
    ['SIGINT', node, (child: ChildProcess) => child.kill('SIGINT')],
    ['SIGTERM', node, (child: ChildProcess) => child.kill('SIGTERM')],
    // A terminal sends it to all processes of the group, and some people press it twice.
    ['Ctrl-C in a terminal', npm, (child: ChildProcess) => [1, 2].map(() => process.kill(-(child.pid ?? 0), 'SIGINT'))],
  ] as const)(
    'includes, after %s and a new start, the writes that were acknowledged just before and those under way',
    async (_, command, end) => {
      await writeFile(join(app.folder, 'functions', 'main.ts'), writingApp);
      const { child, port } = await startAndWait([...command, app.folder], { detached: true });
      const put = (name: string): Promise<Response> =>
        fetch(`http://127.0.0.1:${port}/api/rows/${name}`, { method: 'PUT' });
      await put('early');
      const late = put('late');
      // The request must have arrived.
      await sleep(500);
      expect((await put('acknowledged')).status).toBe(204);
      end(child);
      expect((await late).status).toBe(204);
      await exitCode(child);
      await eventually('the end of everything', () => familyOf(child.pid ?? 0).filter(runs).length === 0);
      expect(await rowsAfterAnotherStart()).toEqual(['acknowledged', 'early', 'late']);
    },
  );
});

// The key of every storage emulator. It is public, and opens nothing else.
const azuriteKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

describe('npm run start:func', () => {
  it('starts func on its port and on Azurite, and leaves no process behind', async () => {
    // A stand-in for Core Tools: it prints its arguments, and runs until it is stopped.
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

  it('gives advice if there are no Core Tools, and ends with exit code 1', async () => {
    const onlyNode = dirname(process.execPath);
    const { child, log } = await start([process.execPath, join('local', 'start-func.ts')], { PATH: onlyNode });
    expect(await exitCode(child)).toBe(1);
    expect(log.text()).toContain('Azure Functions Core Tools are not on the PATH');
    expect(log.text()).toContain('"npm start" runs the same functions without them');
  });
});
