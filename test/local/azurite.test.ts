import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAzurite, type AzuriteOptions, type RunningAzurite } from '../../local/azurite.ts';
import { exitCode } from './processes.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let location: string;
let running: RunningAzurite[] = [];

beforeAll(async () => {
  location = await mkdtemp(join(tmpdir(), 'azurite-'));
});

afterEach(async () => {
  await Promise.all(running.map((azurite) => azurite.stop()));
  running = [];
});

afterAll(async () => rm(location, { recursive: true }));

async function start(options: Partial<AzuriteOptions> = {}): Promise<RunningAzurite> {
  const azurite = await startAzurite({ services: 'table', tablePort: 0, ...options });
  running.push(azurite);
  return azurite;
}

async function terminate({ child }: RunningAzurite): Promise<void> {
  child.kill('SIGTERM');
  await exitCode(child);
}

const client = ({ connectionString }: RunningAzurite) =>
  TableClient.fromConnectionString(connectionString, 'things', { allowInsecureConnection: true });

describe('startAzurite()', () => {
  it('starts a table service that answers', async () => {
    const azurite = await start({ inMemory: true });
    await client(azurite).createTable();
    await client(azurite).createEntity({ partitionKey: 'a', rowKey: 'b', text: 'kept' });
    expect(await client(azurite).getEntity('a', 'b')).toMatchObject({ text: 'kept' });
    expect(azurite.tableUrl).toBe(`http://127.0.0.1:${azurite.port}/devstoreaccount1`);
  });

  it.each([
    ['stop', (azurite: RunningAzurite) => azurite.stop()],
    ['SIGTERM', terminate],
  ])('keeps its data over %s and another start on the same port', async (how, end) => {
    const first = await start({ location });
    await client(first).createTable();
    await client(first).createEntity({ partitionKey: 'how', rowKey: how });
    await end(first);
    expect(await exitCode(first.child)).toBe(0);
    const second = await start({ location, tablePort: first.port });
    expect(second.port).toBe(first.port);
    expect(await client(second).getEntity('how', how)).toMatchObject({ rowKey: how });
  });

  it('starts all services, each on its own port', async () => {
    const { connectionString } = await start({ services: 'all', inMemory: true });
    for (const service of ['Blob', 'Queue', 'Table']) {
      const endpoint = new RegExp(`${service}Endpoint=([^;]+);`).exec(connectionString)?.[1] ?? '';
      expect((await fetch(endpoint)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it.each([
    ['tablePort', 'table', 'AZURITE_TABLE_PORT', 'npm start'],
    ['blobPort', 'all', 'AZURITE_BLOB_PORT', 'npm run start:func'],
  ] as const)('names the setting for %s if the port is in use', async (option, services, setting, command) => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    await expect(start({ services, inMemory: true, [option]: port })).rejects.toThrow(
      `Cannot start Azurite: port ${port} is in use. Choose another one: ${setting}=${port + 10} ${command}`,
    );
    occupant.close();
  });

  it('requires a place for its data', async () => {
    await expect(start()).rejects.toThrow('Cannot start Azurite: it needs a location or inMemory');
  });
});
