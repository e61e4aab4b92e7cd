/**
 * `npm run upload`: uploads the package to the container that the function app runs from, and restarts the app.
 *
 * `node local/upload-package.ts [<zip>]`: without a name, it uploads the zip of `npm run package`. It needs the Azure CLI, and
 * the outputs of the deployment of infra/ in the environment. The app itself may not write to the container.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from './project-root.ts';

const names = ['PACKAGE_STORAGE_NAME', 'PACKAGE_CONTAINER', 'AZURE_RESOURCE_GROUP', 'FUNCTION_APP_NAME'] as const;

/** Flex Consumption runs only the blob with this name. */
const blob = 'released-package.zip';

/** A new role takes some minutes to take effect. */
const mostTries = 10;
const pauseMs = Number(process.env.UPLOAD_PAUSE_MS ?? 30_000);

try {
  await upload(process.argv[2] ?? packagedZip(), readNames());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function upload(zip: string, named: Readonly<Record<(typeof names)[number], string>>): Promise<void> {
  const { PACKAGE_STORAGE_NAME, PACKAGE_CONTAINER, AZURE_RESOURCE_GROUP, FUNCTION_APP_NAME } = named;
  const to = ['--account-name', PACKAGE_STORAGE_NAME, '--container-name', PACKAGE_CONTAINER, '--name', blob];
  const put = ['storage', 'blob', 'upload', '--auth-mode', 'login', '--overwrite', ...to, '--file', zip];
  for (let attempt = 1; !(await succeeds([...put, '--output', 'none'])); attempt++) {
    if (attempt === mostTries) {
      throw new Error(
        `Cannot upload "${zip}": see above. You need the role "Storage Blob Data Contributor" on the container "${PACKAGE_CONTAINER}" of "${PACKAGE_STORAGE_NAME}".`,
      );
    }
    console.log(`Trying again in ${pauseMs / 1000} s: a new role takes some minutes to take effect.`);
    await delay(pauseMs);
  }
  await az(['functionapp', 'restart', '--resource-group', AZURE_RESOURCE_GROUP, '--name', FUNCTION_APP_NAME]);
  // The platform wakes the app for its timers. It reads the list of triggers only on request.
  const app = `/subscriptions/{subscriptionId}/resourceGroups/${AZURE_RESOURCE_GROUP}/providers/Microsoft.Web/sites/${FUNCTION_APP_NAME}`;
  await az(['rest', '--method', 'post', '--url', `${app}/syncfunctiontriggers?api-version=2024-04-01`]);
  console.log(`Uploaded ${relative(process.cwd(), zip)}; ${FUNCTION_APP_NAME} restarts with it.`);
}

function readNames(): Record<(typeof names)[number], string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(
      `Cannot upload the package: ${missing.join(', ')} is not set. "azd hooks run postprovision" sets the outputs of the deployment; see docs/deploy.md.`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ''])) as ReturnType<typeof readNames>;
}

function packagedZip(): string {
  const [zip, ...more] = globSync('out/*.zip', { cwd: projectRoot });
  if (zip !== undefined && more.length === 0) return join(projectRoot, zip);
  throw new Error(
    'Cannot upload the package: "out" does not have exactly one zip. Run "npm run package" first, or name a zip.',
  );
}

async function az(args: readonly string[]): Promise<void> {
  if (!(await succeeds(args)))
    throw new Error(`Cannot finish the upload: "az ${args[0]} ${args[1]}" failed, see above.`);
}

/** Runs the Azure CLI on this terminal. On Windows it is a script, which only a shell can start. */
async function succeeds(args: readonly string[]): Promise<boolean> {
  const shell = process.platform === 'win32';
  const child = spawn('az', shell ? args.map((argument) => `"${argument}"`) : args, { stdio: 'inherit', shell });
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new Error('Cannot upload the package: the Azure CLI ("az") is not on the PATH.')));
    child.once('exit', (code) => resolve(code === 0));
  });
}
