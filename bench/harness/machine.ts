import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../local/project-root.ts';

/** The properties of a machine that its figures depend on. */
type Machine = { readonly cores: number; readonly node: string; readonly azurite: string };

/** Describes this machine. */
export async function machine(): Promise<Machine> {
  const manifest = await readFile(join(projectRoot, 'node_modules/azurite/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return { cores: availableParallelism(), node: process.versions.node, azurite: version };
}
