/** Zip archives whose bytes depend only on their files. */
import { zipSync } from 'fflate';

/** Files by their paths, with slashes. */
export type Files = Readonly<Record<string, Uint8Array>>;

// The earliest time of a zip. It has no time zone, so it is the same everywhere.
const time = new Date(1980, 0, 1);
const unix = 3;
const readableFile = 0o100644 << 16;

/** Packs files in the order of their paths, all with the same time and readable by all. */
export function zip(files: Files): Uint8Array {
  const paths = Object.keys(files).sort();
  const attributes = { mtime: time, os: unix, attrs: readableFile, level: 9 } as const;
  return zipSync(Object.fromEntries(paths.map((path) => [path, [files[path] as Uint8Array, attributes]])));
}
