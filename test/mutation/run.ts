/**
 * `npm run test:mutation [-- shared/directory/objects.ts ...]`: changes the pure core in one place at a time, and looks
 * whether a test notices, or else the compiler. Options of Stryker can stand there too, such as `--concurrency 2`.
 *
 * Its packages lie in this folder, with a lock of their own, and are installed when they are first needed.
 */
import { execSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../local/project-root.ts';
import { printLeft } from './print-left.ts';

const folder = import.meta.dirname;

const changedMs = (path: string): number => statSync(join(folder, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
// npm writes this file at the end of an installation.
if (changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json')) {
  execSync('npm ci', { cwd: folder, stdio: 'inherit' });
}

const args = process.argv.slice(2);
const options = args.filter((arg) => !arg.endsWith('.ts'));
const files = args.filter((arg) => arg.endsWith('.ts'));
const stryker = join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const config = join(folder, 'stryker.config.json');
const mutate = files.length > 0 ? ['--mutate', files.join(',')] : [];
const run = [stryker, 'run', config, ...mutate, ...options];
const { status } = spawnSync(process.execPath, run, { cwd: projectRoot, stdio: 'inherit' });
if (status === 0) printLeft(join(projectRoot, 'coverage/mutation/report.json'));
process.exitCode = status ?? 1;
