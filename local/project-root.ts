import { dirname } from 'node:path';

/** The folder of the root package.json. */
export const projectRoot = dirname(import.meta.dirname);
