import { readFile, type ReadOptions } from '../../../cli/read/read-file.ts';
import type { Reading } from '../../../cli/read/reading.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reads a text, or bytes, as a file. */
export async function readText(content: string | Uint8Array, options: ReadOptions = {}): Promise<readonly Reading[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cli-read-'));
  try {
    const file = join(folder, 'file');
    await writeFile(file, content);
    const all: Reading[] = [];
    for await (const readings of readFile(file, options)) all.push(...readings);
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns the name and the attributes of an entry as one object; any other reading unchanged. */
export function shownEntry(reading: Reading | undefined): unknown {
  if (reading?.kind !== 'entry') return reading;
  return { dn: reading.entry.dn, ...Object.fromEntries(reading.entry.attributes) };
}
