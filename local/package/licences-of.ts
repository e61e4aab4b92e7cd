/** The licences of the packages in a bundle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { projectRoot } from '../project-root.ts';

/** Licences whose only condition is that their text is distributed with the software. */
const accepted = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

type Package = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly folder: string;
};

/** Returns the licences of all packages in the bundle as one text. Throws if one is missing or not accepted. */
export function licencesOf(metafile: Metafile, root: string): string {
  const packages = packagesIn(metafile).map((folder) => readPackage(join(root, folder)));
  return [
    'This software contains the packages below, each under its own licence.\n',
    ...packages.sort(byName).map(chapter),
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Returns the folders of the packages with code in the outputs. */
export function packagesIn({ outputs }: Metafile): string[] {
  const used = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(used)];
}

function readPackage(folder: string): Package {
  const { name, version, license, author } = JSON.parse(readText(join(folder, 'package.json'))) as Package;
  if (!accepted.includes(license)) {
    throw new Error(
      `Cannot package "${name}": its licence is "${license}", but accepted are only ${accepted.join(', ')}`,
    );
  }
  return { name, version, license, author, folder };
}

function byName(left: Package, right: Package): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : left.version < right.version ? -1 : 1;
}

function chapter(one: Package): string {
  const texts = readdirSync(one.folder)
    .filter((file) => /^(?:licen[cs]e|notice)/i.test(file))
    .sort()
    .map((file) => readText(join(one.folder, file)));
  const text = texts.length > 0 ? texts.join('\n\n') : declared(one);
  return `${one.name} ${one.version} (${one.license})\n\n${text}\n`;
}

/** Packages that name their licence, but do not have its text. */
const withoutText = ['@nodable/entities'];

/** Returns the text of the licence that the package names, for its author. */
function declared({ name, license, author, folder }: Package): string {
  if (!withoutText.includes(name) || license !== 'MIT') {
    throw new Error(`Cannot package "${name}": the text of its licence is missing in "${folder}"`);
  }
  const [, terms = ''] = readText(join(projectRoot, 'LICENSE')).split(/^(?=Permission is hereby granted)/m);
  return `The package names its licence, but does not have its text.\n\nMIT License\n\nCopyright (c) ${author}\n\n${terms}`;
}

function readText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}
