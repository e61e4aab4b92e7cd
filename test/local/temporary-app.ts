import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../local/project-root.ts';

export type TemporaryApp = { readonly folder: string; remove(): Promise<void> };

/** Creates an app in a temporary folder, from a folder next to this file, from the texts of its files, or from both. */
export async function temporaryApp({
  like,
  files = {},
}: {
  readonly like?: string;
  readonly files?: Readonly<Record<string, string>>;
}): Promise<TemporaryApp> {
  const folder = await mkdtemp(join(tmpdir(), 'functions-app-'));
  if (like !== undefined) await cp(join(import.meta.dirname, like), folder, { recursive: true });
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
