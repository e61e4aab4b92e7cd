/** Zip archives that depend on nothing but what is in them. */
import { zipSync } from 'fflate';

/** Files by their path, with slashes. */
export type Files = Readonly<Record<string, Uint8Array>>;

// A zip keeps the time without a zone, so this is the same everywhere; it can say nothing earlier.
const time = new Date(1980, 0, 1);
const unix = 3;
const readableFile = 0o100644 << 16;

/** Packs files in the order of their paths, all with one time and as readable by all. */
export function zip(files: Files): Uint8Array {
  const paths = Object.keys(files).sort();
  const attributes = { mtime: time, os: unix, attrs: readableFile, level: 9 } as const;
  return zipSync(Object.fromEntries(paths.map((path) => [path, [files[path] as Uint8Array, attributes]])));
}
