import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type RunningFunctionsHost, startFunctionsHost } from '../../local/functions-host.ts';
import { transcript } from './processes.ts';

/** Starts a functions host with the fixture app before all tests of a file, and returns functions to use it. */
export function useFixtureHost(environment: NodeJS.ProcessEnv) {
  let host: RunningFunctionsHost;
  let log: ReturnType<typeof transcript>;

  beforeAll(async () => {
    const appRoot = join(import.meta.dirname, 'fixture-app');
    host = await startFunctionsHost({ port: 0, appRoot, environment, output: 'pipe' });
    log = transcript(host.child);
  });
  afterAll(() => host.stop());

  return {
    urlOf: (path: string) => `${host.url}${path}`,
    call: (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init),
    log: () => log.text(),
  };
}
