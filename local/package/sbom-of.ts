/**
 * The bill of materials of the package, in CycloneDX 1.5: the packages in the bundle and their versions.
 *
 * `npm sbom` cannot write it: it lists the installed packages, not those in the bundle (and with `--omit dev` it leaves out
 * packages that a development dependency needs as well). Its output also has a time, a random number, its own version and the
 * name of the folder. A test compares the two.
 */
import type { Metafile } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesIn } from './licences-of.ts';

type LockedPackage = {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};
type Locked = Readonly<Record<string, LockedPackage | undefined>>;
type Named = { readonly name: string; readonly version: string; readonly license?: string };

/**
 * Returns the bill of materials as JSON. The same lock file and the same bundle give the same text. Throws if a package
 * in the bundle is not the one that the lock file names.
 */
export function sbomOf(metafile: Metafile, root: string, { name, version, license }: Named): string {
  const { packages: locked } = readJson(join(root, 'package-lock.json')) as { packages: Locked };
  const folders = packagesIn(metafile).map((folder) => folder.replaceAll('\\', '/'));
  const components = folders.map((folder) => componentOf(folder, locked, root));
  const bundled = new Map(folders.map((folder, index) => [folder, components[index]?.purl ?? '']));
  const dependsOn = (folder: string): readonly string[] => [
    ...new Set(namesOf(locked[folder]).flatMap((needed) => bundled.get(folderOf(needed, folder, locked) ?? '') ?? [])),
  ];
  const ref = purlOf({ name, version });
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { ...{ type: 'application', 'bom-ref': ref, name, version, purl: ref }, ...licenceOf(license) },
    },
    components: components.toSorted(byRef),
    dependencies: [
      { ref, dependsOn: dependsOn('').toSorted() },
      ...[...bundled].map(([folder, purl]) => ({ ref: purl, dependsOn: dependsOn(folder).toSorted() })),
    ].toSorted((left, right) => compare(left.ref, right.ref)),
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function componentOf(folder: string, locked: Locked, root: string) {
  const { name, version } = readJson(join(root, folder, 'package.json')) as Named;
  const entry = locked[folder];
  if (entry?.version !== version || entry.integrity === undefined) {
    throw new Error(
      `Cannot package "${name}": version ${version} is installed, but the lock file has ${entry?.version ?? 'none'}. Run "npm ci".`,
    );
  }
  const purl = purlOf({ name, version });
  return {
    ...{ type: 'library', 'bom-ref': purl, name, version, scope: 'required', purl },
    hashes: entry.integrity.split(' ').map(hashOf),
    ...licenceOf(entry.license),
  };
}

/** Converts a hash of the lock file, `sha512-<base64>`, to the form of the bill of materials. */
function hashOf(integrity: string): { readonly alg: string; readonly content: string } {
  const [algorithm = '', digest = ''] = integrity.split(/-(.*)/s);
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(digest, 'base64').toString('hex'),
  };
}

function licenceOf(id: string | undefined): { readonly licenses?: readonly unknown[] } {
  return id === undefined ? {} : { licenses: [{ license: { id } }] };
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
function purlOf({ name, version }: Named): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function namesOf(entry: LockedPackage | undefined): readonly string[] {
  return Object.keys({ ...entry?.dependencies, ...entry?.optionalDependencies, ...entry?.peerDependencies });
}

/** Finds the folder of a dependency of a package, in the order of Node.js: first inside the package, then in the folders around it. */
function folderOf(name: string, from: string, locked: Locked): string | undefined {
  for (let around = from; ; around = around.slice(0, Math.max(around.lastIndexOf('/node_modules/'), 0))) {
    const folder = around === '' ? `node_modules/${name}` : `${around}/node_modules/${name}`;
    if (locked[folder]) return folder;
    if (around === '') return undefined;
  }
}

function byRef(left: { readonly purl: string }, right: { readonly purl: string }): number {
  return compare(left.purl, right.purl);
}

/** Compares by code units, because the order of a language can differ between machines. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
