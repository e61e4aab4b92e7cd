/**
 * `npm start`: builds, and runs everything locally: Azurite and the functions host.
 *
 * `node local/start.ts [--app <folder>]`; ports from PORT and AZURITE_TABLE_PORT.
 */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { build } from './build.ts';
import { portFrom } from './ports.ts';
import { projectRoot } from './project-root.ts';
import { readLocalSettings, withEnvironment } from './local-settings.ts';
import { runParts } from './run-parts.ts';
import { startFunctionsHost } from './functions-host.ts';
import { startStorage } from './storage-part.ts';

const { values } = parseArgs({ options: { app: { type: 'string', default: projectRoot } } });
const appRoot = resolve(values.app);

await runParts(async (parts) => {
  const port = portFrom(process.env, 'PORT', 7071);
  await build({ appRoot });
  const storage = await startStorage(parts, withEnvironment(readLocalSettings(appRoot), process.env), {
    appRoot,
    services: 'table',
  });
  const host = await parts.start('The functions host', () =>
    startFunctionsHost({ port, appRoot, environment: storage.settings }),
  );
  console.log(welcome(host.url, storage.description));
});

function welcome(url: string, storage: string): string {
  return `
  functions      ${url}/api
  table storage  ${storage}

  Try next, in another terminal, in this folder:

    curl -X PUT ${url}/api/tenants/contoso -H "Content-Type: application/json" --data @samples/tenant.json
    curl ${url}/api/tenants/contoso/exports -H "Content-Type: application/json" --data @samples/1-first-export.json
    curl ${url}/api/tenants/contoso/exports -H "Content-Type: application/json" --data @samples/2-changes.json

  Ctrl-C ends everything.
`;
}
