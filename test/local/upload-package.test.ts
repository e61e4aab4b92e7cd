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

/** Runs the upload with a stand-in for the Azure CLI, which notes how it is called and fails as often as it is told to. */
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
  return { code, said: log.text(), calls: calls.split('\n').filter(Boolean) };
}

describe('npm run upload', () => {
  it('uploads the package under the one name that is run, as who is signed in, and restarts the app', async () => {
    const { code, calls } = await upload({});
    expect(code).toBe(0);
    expect(calls).toEqual([
      'storage blob upload --auth-mode login --overwrite --account-name stpabc --container-name app-package --name released-package.zip --file some.zip --output none',
      'functionapp restart --resource-group rg-sync --name func-abc',
      'rest --method post --url /subscriptions/{subscriptionId}/resourceGroups/rg-sync/providers/Microsoft.Web/sites/func-abc/syncfunctiontriggers?api-version=2024-04-01',
    ]);
  });

  it('tries again while the role is not known yet', async () => {
    const { code, calls, said } = await upload({ failures: 3 });
    expect([code, calls.filter((call) => call.includes('upload')).length]).toEqual([0, 4]);
    expect(said).toContain('takes some minutes to be known');
  });

  it('gives up with the role that is needed, and leaves the app alone', async () => {
    const { code, calls, said } = await upload({ failures: 100 });
    expect([code, calls.filter((call) => !call.includes('upload'))]).toEqual([1, []]);
    expect(said).toContain('needs the role "Storage Blob Data Contributor" on the container "app-package" of "stpabc"');
  });

  it('says which name is missing', async () => {
    const { code, calls, said } = await upload({ environment: { PACKAGE_CONTAINER: '' } });
    expect([code, calls]).toEqual([1, []]);
    expect(said).toContain('PACKAGE_CONTAINER is not set');
  });
});
