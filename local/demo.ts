/**
 * `npm run demo`: builds, runs everything on free ports with its data in memory, plays the acts of the demo, and ends.
 *
 * `node local/demo.ts [--app <folder>]`. The exit code is 1, with a message, if an answer is not the expected one.
 */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { build } from './build.ts';
import { bold, print } from './demo/print.ts';
import { createClient } from './demo/client.ts';
import { followStorageCounts } from './demo/follow-storage-counts.ts';
import { acts, type DemoStage } from './demo/acts.ts';
import { freePort } from './free-port.ts';
import { newLinkKey } from './with-link-key.ts';
import { projectRoot } from './project-root.ts';
import { runParts } from './run-parts.ts';
import { startAzurite, type RunningAzurite } from './azurite.ts';
import { startFunctionsHost, type RunningFunctionsHost } from './functions-host.ts';
import { startMailbox, type RunningMailbox } from './mailbox.ts';

const { values } = parseArgs({ options: { app: { type: 'string', default: projectRoot } } });
const appRoot = resolve(values.app);

await runParts(async (parts) => {
  const started = performance.now();
  await build({ appRoot });
  const azurite = await parts.start('Azurite', () => startAzurite({ services: 'table', tablePort: 0, inMemory: true }));
  const mailbox = await parts.start('The mailbox', () => startMailbox({ port: 0 }));
  const host = await parts.start('The functions host', () => startQuietHost(azurite, mailbox));
  const stage = await setStage({ azurite, mailbox, host });
  for (const act of acts) await act(stage);
  console.log(`Done in ${((performance.now() - started) / 1_000).toFixed(1)} s, start and build included.`);
  await parts.finish();
});

/** Starts a host whose log goes to the demo, which reads the cost of the exports from it. Warnings and errors go to the terminal. */
async function startQuietHost(azurite: RunningAzurite, mailbox: RunningMailbox): Promise<RunningFunctionsHost> {
  const port = await freePort();
  const host = await startFunctionsHost({
    port,
    appRoot,
    environment: {
      AzureWebJobsStorage: azurite.connectionString,
      COMMUNICATION_SERVICES_CONNECTION_STRING: mailbox.connectionString,
      REPORT_BASE_URL: `http://localhost:${port}`,
      REPORT_LINK_KEY: newLinkKey(),
    },
    output: 'pipe',
  });
  host.child.stderr?.pipe(process.stderr);
  return host;
}

type Running = {
  readonly azurite: RunningAzurite;
  readonly mailbox: RunningMailbox;
  readonly host: RunningFunctionsHost;
};

async function setStage({ azurite, mailbox, host }: Running): Promise<DemoStage> {
  const client = createClient(host.url, 'contoso');
  const tenant = await client.register('tenant.json');
  print([
    bold('Running'),
    `  functions      ${host.url}/api`,
    `  table storage  ${azurite.tableUrl} (Azurite, in memory)`,
    `  mailbox        ${mailbox.url}`,
    `  tenant         ${tenant.tenantId}, ${tenant.initialDomain}`,
  ]);
  return { client, mailbox, storageCounts: followStorageCounts(host) };
}
