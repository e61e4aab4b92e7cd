/**
 * Builds what is deployed: one CommonJS file, and one more for what is heavy and seldom needed.
 *
 * Loading modules is most of a cold start, and one bundled file loads about four times faster than the unbundled modules.
 */
import { build as bundle, stop as stopEsbuild } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { projectRoot } from './project-root.ts';

/** Bundles `functions/main.ts` of an app into its `dist/main.js`, and gives the path of that file. */
export async function build({ appRoot = projectRoot }: { readonly appRoot?: string } = {}): Promise<string> {
  const output = join(appRoot, 'dist');
  await bundleApp(appRoot, { output, sourcemap: 'linked' });
  await markAsCommonJs(output);
  return join(output, 'main.js');
}

/**
 * What is loaded only where it is used, and is heavy, gets a file of its own beside `main.js`: these sources, where the
 * app has them, which are imported dynamically and nowhere else.
 */
const ownFiles = ['shared/identity/managed-identity.ts'];

/** Bundles an app into a folder, and gives what went into it. The same sources give the same bytes, wherever they lie. */
export async function bundleApp(
  appRoot: string,
  { output, sourcemap }: { readonly output: string; readonly sourcemap: 'linked' | false },
): Promise<Metafile> {
  const entry = join(appRoot, 'functions', 'main.ts');
  const said = relative(process.cwd(), entry);
  if (!existsSync(entry)) throw new Error(`Cannot build: there is no "${said}"`);
  const apart = ownFiles.map((file) => join(appRoot, file)).filter((file) => existsSync(file));
  try {
    const { metafile } = await bundle({
      entryPoints: [entry, ...apart],
      entryNames: '[name]',
      outdir: output,
      absWorkingDir: appRoot,
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      // The functions host answers require('@azure/functions-core') itself; there is no such package.
      external: ['@azure/functions-core'],
      plugins: [leaveApart(apart)],
      sourcemap,
      minifySyntax: true,
      minifyWhitespace: true,
      metafile: true,
      logLevel: 'silent',
    });
    return metafile;
  } catch (error) {
    throw new Error(`Cannot build "${said}": ${(error as Error).message}`, { cause: error });
  } finally {
    // esbuild keeps a process of its own running, which nobody needs after the build.
    await stopEsbuild();
  }
}

/** CommonJS has no chunks in esbuild: what lies apart is imported from its own file, by its name. */
function leaveApart(files: readonly string[]): Plugin {
  return {
    name: 'leaveApart',
    setup: (bundling) => {
      bundling.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import' && files.includes(join(resolveDir, path))
          ? { path: `./${basename(path, '.ts')}.js`, external: true }
          : undefined,
      );
    },
  };
}

/**
 * The root package.json says "type": "module", which would make Node read `dist/main.js` as an ES module.
 * The nearest package.json decides, so the folder gets one of its own.
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
