import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../local/project-root.ts';
import { exitCode, transcript } from './processes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upload-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const names = {
  PACKAGE_STORAGE_NAME: 'stpabc',
  PACKAGE_CONTAINER: 'app-package',
  AZURE_RESOURCE_GROUP: 'rg-sync',
  FUNCTION_APP_NAME: 'func-abc',
};

/** Runs the upload with a stand-in for the Azure CLI, which records its arguments and fails so many times. */
async function upload({ failures = 0, environment = {} }: { failures?: number; environment?: Record<string, string> }) {
  const script = `#!/bin/sh
echo "$@" >> "${folder}/calls"
[ "$(grep -c 'blob upload' "${folder}/calls")" -gt ${failures} ]
`;
  await writeFile(join(folder, 'az'), script, { mode: 0o755 });
  const child = spawn(process.execPath, [join(projectRoot, 'local', 'upload-package.ts'), 'some.zip'], {
    cwd: folder,
    env: {
      PATH: `${folder}:/usr/bin:/bin:${dirname(process.execPath)}`,
      UPLOAD_PAUSE_MS: '10',
      ...names,
      ...environment,
    },
  });
  const log = transcript(child);
  const code = await exitCode(child);
  const calls = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
  return { code, output: log.text(), calls: calls.split('\n').filter(Boolean) };
}

describe('npm run upload', () => {
  it('uploads the package under the name that the app runs, as the signed-in user, and restarts the app', async () => {
    const { code, calls } = await upload({});
    expect(code).toBe(0);
    expect(calls).toEqual([
      'storage blob upload --auth-mode login --overwrite --account-name stpabc --container-name app-package --name released-package.zip --file some.zip --output none',
      'functionapp restart --resource-group rg-sync --name func-abc',
      'rest --method post --url /subscriptions/{subscriptionId}/resourceGroups/rg-sync/providers/Microsoft.Web/sites/func-abc/syncfunctiontriggers?api-version=2024-04-01',
    ]);
  });

  it('tries again until a new role takes effect', async () => {
    const { code, calls, output } = await upload({ failures: 3 });
    expect([code, calls.filter((call) => call.includes('upload')).length]).toEqual([0, 4]);
    expect(output).toContain('takes some minutes to take effect');
  });

  it('names the missing role if all attempts fail, and does not restart the app', async () => {
    const { code, calls, output } = await upload({ failures: 100 });
    expect([code, calls.filter((call) => !call.includes('upload'))]).toEqual([1, []]);
    expect(output).toContain(
      'You need the role "Storage Blob Data Contributor" on the container "app-package" of "stpabc"',
    );
  });

  it('names a missing setting', async () => {
    const { code, calls, output } = await upload({ environment: { PACKAGE_CONTAINER: '' } });
    expect([code, calls]).toEqual([1, []]);
    expect(output).toContain('PACKAGE_CONTAINER is not set');
  });
});
