/**
 * `npm run bench`: measures the service beside a bare client, prints a table and writes `bench/results.json`.
 *
 * `npm run bench -- initial-load sweep` runs these cases alone and writes nothing. `--rounds 3`, `--scale 0.1` make it
 * shorter; `--profiles <folder>` takes a CPU profile of each functions host.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../local/build.ts';
import { projectRoot } from '../local/project-root.ts';
import { cases } from './cases.ts';
import type { Figure, Scope } from './harness/figures.ts';
import { machine } from './harness/machine.ts';
import { tableOf } from './harness/print.ts';

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
  console.error(`Cannot run case "${unknown}": there is none. The cases: ${cases.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

await build();
const described = await machine();
console.log(
  `${described.cores} cores, Node ${described.node}, Azurite ${described.azurite}, ${values.rounds} rounds\n`,
);

const results: Record<string, { readonly title: string; readonly figures: readonly Figure[] }> = {};
for (const { name, title, run } of cases) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const figures = await run(scope);
  results[name] = { title, figures };
  console.log(tableOf(`${name}: ${title}`, figures));
}

if (positionals.length === 0 && scope.sized(1000) === 1000) {
  const file = join(projectRoot, 'bench', 'results.json');
  await writeFile(file, `${JSON.stringify({ machine: described, rounds: scope.rounds, cases: results }, null, 2)}\n`);
}
