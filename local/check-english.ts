/**
 * Counts habits of language in comments, in messages and in documents, as a part of `npm run lint`.
 *
 * It fails if a habit is more frequent than in well-written projects, and says where it occurs. `--all` lists every place.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { habits } from './english/patterns.ts';
import { kindsOfText, type Passage, passagesOf } from './english/passages.ts';
import { projectRoot } from './project-root.ts';

const shownPlaces = process.argv.includes('--all') ? Number.POSITIVE_INFINITY : 8;
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(?:tsx?|md|bicep)$/.test(file) && !file.startsWith('local/english/'))
  .filter((file) => only.length === 0 || only.some((place) => file.startsWith(place)));

const passages = files.flatMap((file) => passagesOf(file, readFileSync(join(projectRoot, file), 'utf8')));

let isAbove = false;
for (const kind of kindsOfText) {
  const ofKind = passages.filter((passage) => passage.kind === kind);
  const words = ofKind.reduce((sum, { text }) => sum + (text.match(/[\p{L}\d]+/gu)?.length ?? 0), 0);
  if (words === 0) continue;
  console.log(`\n${kind}: ${words} words`);
  for (const { name, pattern, instead, mostPerThousand } of habits) {
    const places = ofKind.flatMap((passage) =>
      [...passage.text.matchAll(pattern)].map((match) => placeOf(passage, match)),
    );
    const perThousand = (places.length / words) * 1_000;
    const isTooMany = perThousand > mostPerThousand;
    isAbove ||= isTooMany;
    console.log(
      `  ${isTooMany ? 'x' : ' '} ${name.padEnd(18)} ${perThousand.toFixed(2).padStart(6)} of ${mostPerThousand} (${places.length})${isTooMany ? `: write "${instead}"` : ''}`,
    );
    if (isTooMany) for (const place of places.slice(0, shownPlaces)) console.log(`      ${place}`);
  }
}
if (isAbove && only.length === 0) process.exitCode = 1;

function placeOf({ file, line, text }: Passage, match: RegExpExecArray): string {
  const at = match.index;
  const lines = text.slice(0, at).split('\n').length - 1;
  const around = text.slice(Math.max(0, at - 40), at + 50).replaceAll(/\s+/g, ' ');
  return `${file}:${line + lines} ...${around}...`;
}
