/** The key that signs links on this machine: its own, so that a link of one machine opens nothing on another. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleLinkKey } from '../shared/settings.ts';

const setting = 'REPORT_LINK_KEY';

/** Makes a key that nobody knows. */
export function newLinkKey(): string {
  return randomBytes(48).toString('base64');
}

/**
 * The settings with a link key of this machine, unless they name one that is not the sample's.
 *
 * The key is kept in `report-link-key` beside the data of Azurite, readable by its owner only, so that links survive a
 * restart. It is made when it is first needed.
 */
export async function withLinkKey(settings: NodeJS.ProcessEnv, dataFolder: string): Promise<NodeJS.ProcessEnv> {
  const named = settings[setting] ?? '';
  if (named !== '' && named !== sampleLinkKey) return settings;
  return { ...settings, [setting]: await keptKey(dataFolder) };
}

async function keptKey(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'report-link-key');
  await mkdir(dataFolder, { recursive: true });
  if (!existsSync(file)) await writeKey(file);
  const key = (await readFile(file, 'utf8')).trim();
  if (key !== '') return key;
  throw new Error(
    `Cannot start: "${file}" is empty. Delete it, and the next start makes a new key; links that are out end`,
  );
}

/** Writes a new key aside, and puts it in its place whole, unless another start was faster. */
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
