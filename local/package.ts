/**
 * `npm run package`: writes the package for deployment, as the folder `out/app/` and as a zip next to it. It has the bundle,
 * `host.json`, a `package.json` for the worker, and the licences and the bill of materials of the packages in the bundle, and
 * nothing else. A copy of the bill of materials is next to the zip.
 *
 * The same sources and the same `npm ci` give the same zip, byte for byte: anyone with the sources can verify a deployment.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { bundleApp } from './build.ts';
import { licencesOf } from './package/licences-of.ts';
import { sbomOf } from './package/sbom-of.ts';
import { zip, type Files } from './package/zip.ts';
import { projectRoot } from './project-root.ts';

export type Packaged = {
  /** The content of the zip, as a folder. */
  readonly folder: string;
  readonly zip: string;
  /** The bill of materials next to the zip. */
  readonly sbom: string;
  /** The hash of the zip, in hexadecimal. */
  readonly sha256: string;
};

/** Packages the app into a folder, `out/` of the project by default. Deletes the earlier content. Rejects if a licence is missing. */
export async function packageApp(output = join(projectRoot, 'out')): Promise<Packaged> {
  await rm(output, { recursive: true, force: true });
  const folder = join(output, 'app');
  const { name, version, license } = await readPackageJson();
  const metafile = await bundleApp(projectRoot, { output: join(folder, 'dist'), sourcemap: false });
  const files: Record<string, Uint8Array> = {
    'host.json': await readFile(join(projectRoot, 'host.json')),
    'package.json': Buffer.from(forTheWorker({ name, version })),
    'sbom.cdx.json': Buffer.from(sbomOf(metafile, projectRoot, { name, version, license })),
    'THIRD-PARTY-LICENCES.txt': Buffer.from(licencesOf(metafile, projectRoot)),
  };
  await writeFiles(folder, files);
  for (const path of Object.keys(metafile.outputs)) {
    const built = join(projectRoot, path);
    files[relative(folder, built).replaceAll('\\', '/')] = await readFile(built);
  }
  const bytes = zip(files);
  const path = join(output, `${name}-${version}.zip`);
  await writeFile(path, bytes);
  const sbom = join(output, `${name}-${version}.cdx.json`);
  await writeFile(sbom, files['sbom.cdx.json'] ?? '');
  return { folder, zip: path, sbom, sha256: createHash('sha256').update(bytes).digest('hex') };
}

type PackageJson = { readonly name: string; readonly version: string; readonly license: string };

async function readPackageJson(): Promise<PackageJson> {
  return JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as PackageJson;
}

/** Returns a package.json without dependencies and scripts, because nothing is installed or built in the cloud. */
function forTheWorker({ name, version }: Omit<PackageJson, 'license'>): string {
  const content = { name, version, private: true, type: 'commonjs', main: 'dist/main.js' };
  return `${JSON.stringify(content, null, 2)}\n`;
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

if (import.meta.main) {
  const { folder, zip: path, sbom, sha256 } = await packageApp();
  const here = (target: string): string => relative(process.cwd(), target);
  console.log(`Packaged ${here(path)}, and as a folder ${here(folder)}\nSHA-256  ${sha256}\nSBOM     ${here(sbom)}`);
}
