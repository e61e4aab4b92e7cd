/**
 * A real browser, from npm alone: the Chromium in the package `@sparticuz/chromium`.
 *
 * The package unpacks itself into the folder for temporary files, and believes that a copy there is complete. If two
 * processes start at once, one could start half a browser. So it is unpacked elsewhere and moved to its place in one step.
 */
import chromiumPackage from '@sparticuz/chromium';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import packageJson from '../package.json' with { type: 'json' };

const version = packageJson.devDependencies['@sparticuz/chromium'];

/** Starts the browser with the fonts of the package, so that pages look the same on every machine. */
export async function startBrowser(): Promise<Browser> {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--font-render-hinting=none'],
    env: { ...process.env, ...librariesFrom(folder), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  });
}

async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `chromium-${version}-own-fonts-${process.getuid?.() ?? 'all'}`);
  if (existsSync(folder)) return folder;
  const aside = await mkdtemp(`${folder}-`);
  await unpackInto(aside);
  await writeFile(join(aside, 'fonts.conf'), fontsIn(folder));
  try {
    await rename(aside, folder);
  } catch (error) {
    // Another process was faster; its copy is just as good.
    if (!existsSync(folder)) throw error;
    await rm(aside, { recursive: true });
  }
  return folder;
}

/** The font configuration of the package names only folders of a cloud function. Without a font, the browser crashes at its first text. */
function fontsIn(folder: string): string {
  const fonts = join(folder, 'fonts', 'fonts');
  return `<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>\n`;
}

/** The package unpacks only into the folder for temporary files, and unpacks its libraries only if it believes that it runs in a cloud function. */
async function unpackInto(folder: string): Promise<void> {
  const { TMPDIR, AWS_EXECUTION_ENV } = process.env;
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
  try {
    await chromiumPackage.executablePath();
  } finally {
    restore('TMPDIR', TMPDIR);
    restore('AWS_EXECUTION_ENV', AWS_EXECUTION_ENV);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

/** Lets the browser find libraries that a bare machine lacks. Those of the machine come first. */
function librariesFrom(folder: string): Record<string, string> {
  const system = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64'].filter(existsSync);
  const paths = [process.env.LD_LIBRARY_PATH, ...system, join(folder, 'al2023', 'lib')];
  return { LD_LIBRARY_PATH: paths.filter(Boolean).join(':') };
}
