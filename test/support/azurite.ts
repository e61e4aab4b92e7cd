import type { TestProject } from 'vitest/node';
import { startAzurite } from '../../local/azurite.ts';
import { build } from '../../local/build.ts';

declare module 'vitest' {
  // Vitest adds its provided values to an interface.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface ProvidedContext {
    connectionString: string;
  }
}

/** Builds the bundle and starts one Azurite in memory for the whole run; each test has tenants of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build();
  const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  project.provide('connectionString', azurite.connectionString);
  return () => azurite.stop();
}
