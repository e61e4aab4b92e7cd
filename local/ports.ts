import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Returns the port of a setting, or the fallback if it is not set. 0 means any free port. */
export function portFrom(environment: NodeJS.ProcessEnv, setting: string, fallback: number): number {
  const text = environment[setting];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`Cannot use ${setting}="${text}": a port is a whole number from 0 to 65535`);
}

/** Returns a port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
