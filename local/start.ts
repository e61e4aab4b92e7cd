/**
 * `npm start`: builds, and runs everything locally: Azurite, the mailbox and the functions host.
 *
 * `node local/start.ts [--app <folder>]`; ports from PORT, AZURITE_TABLE_PORT and MAILBOX_PORT.
 */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { build } from './build.ts';
import { portFrom } from './port-from.ts';
import { projectRoot } from './project-root.ts';
import { readLocalSettings, withEnvironment } from './read-local-settings.ts';
import { withLinkKey } from './with-link-key.ts';
import { runParts } from './run-parts.ts';
import { startFunctionsHost } from './functions-host.ts';
import { startMailboxPart } from './start-mailbox-part.ts';
import { dataFolderOf, startStoragePart } from './start-storage-part.ts';
import { withReportUrl } from './with-report-url.ts';

const { values } = parseArgs({ options: { app: { type: 'string', default: projectRoot } } });
const appRoot = resolve(values.app);

await runParts(async (parts) => {
  const port = portFrom(process.env, 'PORT', 7071);
  await build({ appRoot });
  const given = withEnvironment(readLocalSettings(appRoot), process.env);
  const settings = await withLinkKey(given, dataFolderOf(appRoot));
  const storage = await startStoragePart(parts, settings, { appRoot, services: 'table' });
  const mail = await startMailboxPart(parts, storage.settings);
  const host = await parts.start('The functions host', () =>
    startFunctionsHost({ port, appRoot, environment: withReportUrl(mail.settings, port) }),
  );
  console.log(welcome(host.url, { storage: storage.description, mail: mail.description }));
});

function welcome(url: string, { storage, mail }: { readonly storage: string; readonly mail: string }): string {
  return `
  functions      ${url}/api
  table storage  ${storage}
  mail           ${mail}

  Try this next, in another terminal in this folder:

    curl -X PUT ${url}/api/tenants/contoso -H "Content-Type: application/json" --data @samples/tenant.json
    curl ${url}/api/tenants/contoso/exports -H "Content-Type: application/json" --data @samples/1-first-export.json
    curl ${url}/api/tenants/contoso/exports -H "Content-Type: application/json" --data @samples/2-changes.json
    curl -X POST ${url}/api/tenants/contoso/mail

  Ctrl-C ends everything: running requests are finished, then the data is saved.
`;
}
