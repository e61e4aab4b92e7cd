/**
 * `npm run bench`: measures the service against a bare client, prints a table and writes `bench/results.json`.
 *
 * `npm run bench -- initial-load sweep` runs only these cases, and keeps the earlier results of the others. `--rounds 3` and
 * `--scale 0.1` make it shorter; `--profiles <folder>` takes a CPU profile of each functions host.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../local/build.ts';
import { projectRoot } from '../local/project-root.ts';
import { cases } from './cases.ts';
import type { Scope } from './harness/figure.ts';
import { tableOf } from './harness/table-of.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    profiles: { type: 'string' },
  },
});

const scope: Scope = {
  sized: (count) => Math.max(1, Math.round(count * Number(values.scale))),
  rounds: Number(values.rounds),
  profiles: values.profiles,
};

const unknown = positionals.find((name) => !cases.some((one) => one.name === name));
if (unknown !== undefined) {
  console.error(
    `Cannot run case "${unknown}": there is no such case. The cases are ${cases.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

await build();
const machine = await describeMachine();
console.log(`${machine.cores} cores, Node ${machine.node}, Azurite ${machine.azurite}, ${values.rounds} rounds\n`);

const file = join(projectRoot, 'bench', 'results.json');
const results = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>) : {};
for (const { name, title, run } of cases) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const figures = await run(scope);
  console.log(tableOf(`${name}: ${title}`, figures));
  results[name] = { title, scale: Number(values.scale), rounds: scope.rounds, machine, figures };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** Returns the properties of this machine that its figures depend on. */
async function describeMachine(): Promise<{ readonly cores: number; readonly node: string; readonly azurite: string }> {
  const manifest = await readFile(join(projectRoot, 'node_modules/azurite/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return { cores: availableParallelism(), node: process.versions.node, azurite: version };
}
