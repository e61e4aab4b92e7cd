/** The licences of the packages that are in a bundle, as one text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { projectRoot } from '../project-root.ts';

/** Those that ask for nothing but their text beside what is distributed. */
const accepted = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

type Package = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly folder: string;
};

/** Gives the licences of all packages of which something is in the bundle. Throws where one is missing, or is none that is accepted. */
export function licencesOf(metafile: Metafile, root: string): string {
  const packages = packagesIn(metafile).map((folder) => readPackage(join(root, folder)));
  return [
    'This software contains the packages below, each under its own licence.\n',
    ...packages.sort(byName).map(chapter),
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Returns the folders of the packages that gave anything to the outputs. */
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
    throw new Error(`Cannot package "${name}": its licence is "${license}", which is none of ${accepted.join(', ')}`);
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

/** Those that name their licence and carry no text of it. */
const withoutText = ['@nodable/entities'];

/** The text that the package would carry: that of the licence which it names, for its author. */
function declared({ name, license, author, folder }: Package): string {
  if (!withoutText.includes(name) || license !== 'MIT') {
    throw new Error(`Cannot package "${name}": there is no text of its licence in "${folder}"`);
  }
  const [, terms = ''] = readText(join(projectRoot, 'LICENSE')).split(/^(?=Permission is hereby granted)/m);
  return `The package names its licence and carries no text of it.\n\nMIT License\n\nCopyright (c) ${author}\n\n${terms}`;
}

function readText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}
