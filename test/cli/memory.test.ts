/** A large directory in a small heap. */
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { type Folder, makeFolder } from './run-client.ts';

const entries = 200_000;

it('needs no more memory for 200,000 entries than fits into a heap of 64 MiB', { timeout: 900_000 }, async () => {
  const folder = await makeFolder();
  const sink = await startSink();
  try {
    await writeEntries(folder);
    const ended = await folder.run(['big.ldf', '--tenant', 'big', '--url', sink.url, '--json', '--quiet'], {
      nodeArguments: ['--max-old-space-size=64'],
    });
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(JSON.parse(ended.stdout)).toMatchObject({ read: { entries }, summary: { created: entries } });
    expect(sink.operations()).toBe(entries);
  } finally {
    await sink.stop();
    await folder.remove();
  }
});

async function writeEntries(folder: Folder): Promise<void> {
  const stream = createWriteStream(join(folder.path, 'big.ldf'));
  for (let index = 0; index < entries; index++) {
    if (!stream.write(entryOf(index))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

function entryOf(index: number): string {
  const guid = Buffer.alloc(16, 255);
  // Multiplied, so that the keys are in no order.
  guid.writeUInt32BE(Math.imul(index, 2_654_435_761) >>> 0);
  return `dn: CN=User ${index},DC=contoso,DC=com
objectClass: user
cn: User ${index}
objectGUID:: ${guid.toString('base64')}
userPrincipalName: user${index}@contoso.com
proxyAddresses: SMTP:user${index}@contoso.com

`;
}

/** A minimal service: it answers each operation with `created`, and counts them. */
async function startSink() {
  let operations = 0;
  const result = JSON.stringify({ outcome: 'created', errors: [], dirSyncProvisioningErrors: [] });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const count = Buffer.concat(chunks).toString('latin1').split('"operation":').length - 1;
      operations += count;
      response.setHeader('content-type', 'application/json');
      response.end(`{"exportId":"x","results":[${Array<string>(count).fill(result).join(',')}]}`);
    });
  });
  // The connection must survive while the client is busy.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, operations: () => operations, stop };
}
