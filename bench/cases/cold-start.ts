/** The cold start: how long the bundle takes to load, compared with a bundle of only the SDKs. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { bundleApp } from '../../local/build.ts';
import { projectRoot } from '../../local/project-root.ts';
import { atMostTimes, type BenchCase, type Figure, known } from '../harness/figure.ts';
import { byTurns, compared } from '../harness/by-turns.ts';

export const coldStart: BenchCase = {
  name: 'cold-start',
  title: 'dist/main.js is loaded in a new process, beside a bundle of the bare SDKs',
  run: async ({ rounds }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    try {
      const service = await bundled(projectRoot, join(folder, 'service'));
      const sdks = await bundled(bareApp, join(folder, 'sdks'));
      const ms = await byTurns(rounds * 4, { service: () => loadMs(service.file), sdks: () => loadMs(sdks.file) });
      const limitOf = 'bundle of the SDKs';
      return [
        atMostTimes(1.3, { what: 'time to load', unit: 'ms', ...compared(ms.service, ms.sdks), limitOf }),
        ...sizesOf(service.metafile),
        known('size of the bundle of the SDKs', (await stat(sdks.file)).size, 'bytes'),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const bareApp = join(import.meta.dirname, '..', 'bare-app');

type Bundle = { readonly file: string; readonly metafile: Metafile };

async function bundled(appRoot: string, output: string): Promise<Bundle> {
  const metafile = await bundleApp(appRoot, { output, sourcemap: 'linked' });
  await writeFile(join(output, 'package.json'), '{ "type": "commonjs" }\n');
  return { file: join(output, 'main.js'), metafile };
}

const run = promisify(execFile);
const loader = join(import.meta.dirname, '..', 'harness', 'load-bundle.ts');

/** Loads a bundle in a new process. */
async function loadMs(file: string): Promise<number> {
  const { stdout } = await run(process.execPath, [loader, file]);
  return Number(stdout);
}

/** Returns the size of the files that are loaded at the start, and the share of each package. */
function sizesOf({ outputs }: Metafile): readonly Figure[] {
  const started = startedWith(outputs);
  const shares = new Map<string, number>();
  for (const { inputs } of started) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(file);
      shares.set(name, (shares.get(name) ?? 0) + bytesInOutput);
    }
  }
  const size = started.reduce((sum, { inputs }) => sum + bytesIn(inputs), 0);
  const largest = [...shares].sort((left, right) => right[1] - left[1]).filter(([, bytes]) => bytes > 0);
  return [known('size', size, 'bytes'), ...largest.map(([name, bytes]) => known(`of it ${name}`, bytes, 'bytes'))];
}

type Output = Metafile['outputs'][string];

/** Returns the files that are loaded at the start: all but those behind a dynamic import. */
function startedWith(outputs: Metafile['outputs']): readonly Output[] {
  const started = new Set<Output>();
  const visit = (file: string): void => {
    const output = outputs[file];
    if (!output || started.has(output)) return;
    started.add(output);
    for (const { kind, path } of output.imports) if (kind === 'import-statement') visit(path);
  };
  for (const file of Object.keys(outputs)) if (file.endsWith('/main.js')) visit(file);
  return [...started];
}

function bytesIn(inputs: Output['inputs']): number {
  return Object.values(inputs).reduce((sum, { bytesInOutput }) => sum + bytesInOutput, 0);
}

function packageOf(file: string): string {
  const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  return found ?? 'our own code';
}
