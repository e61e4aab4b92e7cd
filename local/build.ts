/**
 * Builds the bundle for deployment: a CommonJS file with all modules, and a file for each part that is imported dynamically.
 *
 * Loading modules is most of a cold start. A bundle loads about four times faster, and parts that are not needed at the
 * start are not even read.
 */
import { build as bundle, type Metafile, stop as stopEsbuild, transform } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { projectRoot } from './project-root.ts';

/** Bundles `functions/main.ts` of an app into its `dist/main.js`, and returns the path of that file. */
export async function build({ appRoot = projectRoot }: { readonly appRoot?: string } = {}): Promise<string> {
  const output = join(appRoot, 'dist');
  await bundleApp(appRoot, { output, sourcemap: 'linked' });
  await markAsCommonJs(output);
  return join(output, 'main.js');
}

/**
 * Bundles an app into a folder, and returns esbuild's description of the bundle: `main.js`, and in `parts/` the files that it
 * shares with dynamic imports or imports dynamically. The same sources give the same bytes in any folder.
 */
export async function bundleApp(
  appRoot: string,
  { output, sourcemap }: { readonly output: string; readonly sourcemap: 'linked' | false },
): Promise<Metafile> {
  const entry = join(appRoot, 'functions', 'main.ts');
  const shown = relative(process.cwd(), entry);
  if (!existsSync(entry)) throw new Error(`Cannot build: there is no "${shown}"`);
  try {
    const { metafile, outputFiles } = await bundle({
      entryPoints: [entry],
      outdir: output,
      absWorkingDir: appRoot,
      bundle: true,
      platform: 'node',
      target,
      // esbuild splits only ES modules into parts; each becomes CommonJS afterwards.
      format: 'esm',
      splitting: true,
      chunkNames: 'parts/[name]-[hash]',
      // There is no such package: the functions host answers require('@azure/functions-core') itself.
      external: ['@azure/functions-core'],
      sourcemap: sourcemap && 'inline',
      minifySyntax: true,
      minifyWhitespace: true,
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    // The names of parts change with their content.
    await rm(join(output, 'parts'), { recursive: true, force: true });
    for (const { path, text } of outputFiles) await writeAsCommonJs(path, text, sourcemap);
    return metafile;
  } catch (error) {
    throw new Error(`Cannot build "${shown}": ${(error as Error).message}`, { cause: error });
  } finally {
    // Otherwise esbuild would keep its process running after the build.
    await stopEsbuild();
  }
}

const target = 'node22';

async function writeAsCommonJs(path: string, text: string, sourcemap: 'linked' | false): Promise<void> {
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    // Parts are loaded with require, like all other modules.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: sourcemap && 'external',
    sourcefile: basename(path),
  });
  await mkdir(dirname(path), { recursive: true });
  if (map) await writeFile(`${path}.map`, map);
  await writeFile(path, map ? `${code}//# sourceMappingURL=${basename(path)}.map\n` : code);
}

/**
 * The root package.json has "type": "module", so Node would read `dist/main.js` as an ES module. The nearest package.json
 * decides, so the folder gets its own.
 */
async function markAsCommonJs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

if (import.meta.main) {
  try {
    console.log(`Built ${relative(process.cwd(), await build())}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
