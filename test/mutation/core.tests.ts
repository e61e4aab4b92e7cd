/** The example tests of the pure core in one file, so that each change is tried in one process instead of one for each file. */
import { globSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../shared/directory');
const files = globSync('**/*.test.ts', { cwd: folder, exclude: ['**/*.properties.test.ts'] });
for (const file of files.toSorted()) await import(join(folder, file));
