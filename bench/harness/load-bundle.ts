/** `node load-bundle.ts <file>`: loads a bundle as the functions host does, and prints how many milliseconds that took. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { installCoreApi } from '../../local/host/install-core-api.ts';
import { createRegistry } from '../../local/host/registry.ts';

installCoreApi(createRegistry(), () => undefined);
const file = resolve(process.argv[2] ?? '');
const require = createRequire(file);
const started = performance.now();
require(file);
console.log(performance.now() - started);
