/** The key that signs links. Each machine has its own, so that a link of one machine is invalid on another. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleLinkKey } from '../shared/settings.ts';

const setting = 'REPORT_LINK_KEY';

/** Returns a new random key. */
export function newLinkKey(): string {
  return randomBytes(48).toString('base64');
}

/**
 * Returns the settings with the link key of this machine, unless they already have a key other than that of the sample.
 *
 * The key is in the file `report-link-key`, next to the data of Azurite, so that links stay valid after a restart. Only its
 * owner can read the file. It is created when it is first needed.
 */
export async function withLinkKey(settings: NodeJS.ProcessEnv, dataFolder: string): Promise<NodeJS.ProcessEnv> {
  const given = settings[setting] ?? '';
  if (given !== '' && given !== sampleLinkKey) return settings;
  return { ...settings, [setting]: await storedKey(dataFolder) };
}

async function storedKey(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'report-link-key');
  await mkdir(dataFolder, { recursive: true });
  if (!existsSync(file)) await writeKey(file);
  const key = (await readFile(file, 'utf8')).trim();
  if (key !== '') return key;
  throw new Error(
    `Cannot start: "${file}" is empty. Delete it: the next start creates a new key. Links that were already sent become invalid.`,
  );
}

/** Writes a new key to another file first, then links that to its place, unless another start was faster. */
async function writeKey(file: string): Promise<void> {
  const aside = `${file}-${randomUUID()}`;
  await writeFile(aside, `${newLinkKey()}\n`, { mode: 0o600 });
  try {
    await link(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(aside);
  }
}
