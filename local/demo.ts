/**
 * `npm run demo`: builds, runs everything on free ports with its data in memory, plays the acts of the demo, and ends.
 *
 * `node local/demo.ts [--app <folder>]`. The exit code is 1, with a message, where an answer is not the expected one.
 */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { build } from './build.ts';
import { bold, print } from './demo/page.ts';
import { createClient } from './demo/client.ts';
import { followStorageCounts } from './demo/storage-counts.ts';
import { loadBothCompanies, resolveAndSweep, sendChanges, sendItAgain, showBothSides, takeStock } from './demo/acts.ts';
import { projectRoot } from './project-root.ts';
import { runParts } from './run-parts.ts';
import { startAzurite } from './azurite.ts';
import { startFunctionsHost } from './functions-host.ts';
import type { RunningAzurite } from './azurite.ts';
import type { RunningFunctionsHost } from './functions-host.ts';
import type { Stage } from './demo/acts.ts';

const { values } = parseArgs({ options: { app: { type: 'string', default: projectRoot } } });
const appRoot = resolve(values.app);
const acts = [loadBothCompanies, showBothSides, sendItAgain, sendChanges, resolveAndSweep, takeStock];

await runParts(async (parts) => {
  const started = performance.now();
  await build({ appRoot });
  const azurite = await parts.start('Azurite', () => startAzurite({ services: 'table', tablePort: 0, inMemory: true }));
  const host = await parts.start('The functions host', () => startQuietHost(azurite));
  const stage = await setStage(azurite, host);
  for (const act of acts) await act(stage);
  console.log(`Done in ${((performance.now() - started) / 1_000).toFixed(1)} s, start and build included.`);
  await parts.finish();
});

/** The log goes to the demo, which reads from it what the exports cost; warnings and errors go on to the terminal. */
async function startQuietHost({ connectionString }: RunningAzurite): Promise<RunningFunctionsHost> {
  const host = await startFunctionsHost({
    port: 0,
    appRoot,
    environment: { AzureWebJobsStorage: connectionString },
    output: 'pipe',
  });
  host.child.stderr?.pipe(process.stderr);
  return host;
}

async function setStage(azurite: RunningAzurite, host: RunningFunctionsHost): Promise<Stage> {
  const client = createClient(host.url, 'contoso');
  const tenant = await client.register('tenant.json');
  print([
    bold('Running'),
    `  functions      ${host.url}/api`,
    `  table storage  ${azurite.tableUrl} (Azurite, in memory)`,
    `  tenant         ${tenant.tenantId}, ${tenant.initialDomain}`,
  ]);
  return { client, storageCounts: followStorageCounts(host) };
}
