/**
 * `npm run start:func`: builds, and runs Azurite, the mailbox and Azure Functions Core Tools, which must be installed.
 *
 * `node local/start-func.ts [--app <folder>]`; ports from PORT, AZURITE_BLOB_PORT, AZURITE_QUEUE_PORT, AZURITE_TABLE_PORT and
 * MAILBOX_PORT.
 */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { build } from './build.ts';
import { portFrom } from './port-from.ts';
import { projectRoot } from './project-root.ts';
import { readLocalSettings, withEnvironment } from './read-local-settings.ts';
import { withLinkKey } from './with-link-key.ts';
import { requireCoreTools, startCoreTools } from './start-core-tools.ts';
import { runParts } from './run-parts.ts';
import { startMailboxPart } from './start-mailbox-part.ts';
import { dataFolderOf, startStoragePart } from './start-storage-part.ts';
import { withReportUrl } from './with-report-url.ts';

const { values } = parseArgs({ options: { app: { type: 'string', default: projectRoot } } });
const appRoot = resolve(values.app);

await runParts(async (parts) => {
  await requireCoreTools();
  const port = portFrom(process.env, 'PORT', 7071);
  await build({ appRoot });
  const given = withEnvironment(readLocalSettings(appRoot), process.env);
  const settings = await withLinkKey(given, dataFolderOf(appRoot));
  // The real host stores its keys and leases in blobs, so it needs more than the table service.
  const storage = await startStoragePart(parts, settings, { appRoot, services: 'all' });
  const mail = await startMailboxPart(parts, storage.settings);
  console.log(`mail: ${mail.description}`);
  const environment = withReportUrl(mail.settings, port);
  await parts.start('func', () => startCoreTools({ port, appRoot, environment }));
});
