import { globSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';

type PackageJson = { readonly main?: string; readonly type?: string };

/**
 * Loads the files that `main` in the package.json of the app matches, one after another, like the worker.
 *
 * Unlike in the worker, a failing entry point stops the start: in the cloud, the app would just seem empty.
 */
export async function loadEntryPoints(appRoot: string): Promise<void> {
  const packageJson = readPackageJson(appRoot);
  const files = findEntryPoints(appRoot, packageJson.main);
  for (const file of files) await loadEntryPoint(appRoot, file, packageJson);
}

function readPackageJson(appRoot: string): PackageJson {
  const path = join(appRoot, 'package.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
  } catch (error) {
    throw new Error(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}

/** Returns the files that `main` matches. It is a glob; a folder means everything below it. */
function findEntryPoints(appRoot: string, main = 'index.js'): string[] {
  const pattern = posix.normalize(main);
  const everythingBelow = isFolder(join(appRoot, pattern)) ? posix.join(pattern, '**') : pattern;
  const files = globSync(everythingBelow, { cwd: appRoot }).filter((file) => !isFolder(join(appRoot, file)));
  if (files.length > 0) return files.sort();
  throw new Error(`Cannot load the app: "main": "${main}" in its package.json matches no file in "${appRoot}"`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function loadEntryPoint(appRoot: string, file: string, { type }: PackageJson): Promise<void> {
  const path = join(appRoot, file);
  try {
    if (isModule(path, type)) await import(pathToFileURL(path).href);
    else createRequire(path)(path);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`Cannot load entry point "${file}": ${reason}`, { cause: error });
  }
}

function isModule(path: string, type: string | undefined): boolean {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return true;
  if (extension === '.cjs' || extension === '.cts') return false;
  return type === 'module';
}
