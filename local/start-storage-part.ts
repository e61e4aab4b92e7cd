import { join } from 'node:path';
import { portFrom } from './port-from.ts';
import { startAzurite, type AzuriteOptions } from './azurite.ts';
import type { Parts } from './run-parts.ts';

/**
 * Starts Azurite with its data in `.azurite/` of the app if the settings name development storage, and returns settings that use it.
 *
 * If the settings name another storage, it starts nothing and returns them unchanged.
 */
export async function startStoragePart(
  parts: Parts,
  settings: NodeJS.ProcessEnv,
  { appRoot, services }: { readonly appRoot: string; readonly services: AzuriteOptions['services'] },
): Promise<{ readonly settings: NodeJS.ProcessEnv; readonly description: string }> {
  if (settings.AzureWebJobsStorage !== 'UseDevelopmentStorage=true') {
    return { settings, description: 'not local: see AzureWebJobsStorage' };
  }
  const azurite = await parts.start('Azurite', () =>
    startAzurite({
      services,
      tablePort: portFrom(process.env, 'AZURITE_TABLE_PORT', 10002),
      blobPort: portFrom(process.env, 'AZURITE_BLOB_PORT', 10000),
      queuePort: portFrom(process.env, 'AZURITE_QUEUE_PORT', 10001),
      location: dataFolderOf(appRoot),
    }),
  );
  return {
    settings: { ...settings, AzureWebJobsStorage: azurite.connectionString },
    description: `${azurite.tableUrl} (Azurite, data in .azurite/, saved every 5 s and at the end)`,
  };
}

/** Returns the folder with the data of a local run. */
export function dataFolderOf(appRoot: string): string {
  return join(appRoot, '.azurite');
}
