import { describe, expect, it } from 'vitest';
import { deepest, mostContainers, mostEntries, shapeProblem } from '../../../shared/http/shape-problem.ts';

const problemOf = (json: string): string | undefined => shapeProblem(new TextEncoder().encode(json));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('shapeProblem', () => {
  it('takes lists and objects as deep as is allowed, and none that is deeper', () => {
    expect(problemOf(nested(deepest))).toBeUndefined();
    expect(problemOf(nested(deepest + 1))).toContain(`more than ${deepest} deep`);
    expect(problemOf('{"a":'.repeat(deepest) + '1' + '}'.repeat(deepest))).toBeUndefined();
    expect(problemOf('{"a":'.repeat(deepest + 1))).toContain(`more than ${deepest} deep`);
  });

  it('counts depth again after a closing bracket', () => {
    expect(problemOf(`[${nested(deepest - 1)},${nested(deepest - 1)},{"a":${nested(deepest - 2)}}]`)).toBeUndefined();
  });

  it('takes as many lists and objects as are allowed, and not one more', () => {
    const list = (length: number): string => `[[${'{},'.repeat(length - 2).slice(0, -1)}]]`;
    expect(problemOf(list(mostContainers))).toBeUndefined();
    expect(problemOf(list(mostContainers + 1))).toContain(`more than ${mostContainers} lists and objects`);
  });

  it('takes as many entries of the outermost list or object as are allowed, and of an inner one any number', () => {
    const entries = (count: number): string => Array.from({ length: count }, (_, n) => `"${n},":[1,2]`).join();
    expect(problemOf(`{${entries(mostEntries)}}`)).toBeUndefined();
    expect(problemOf(`{${entries(mostEntries + 1)}}`)).toContain(`more than ${mostEntries} entries`);
    expect(problemOf(`[${'1,'.repeat(mostEntries)}1]`)).toContain(`more than ${mostEntries} entries`);
    expect(problemOf(`{"a":{${entries(mostEntries + 1)}}}`)).toBeUndefined();
  });

  it.each(['[', '\\"[', '\\\\\\"[', 'a\\u005b[', '\\\\'])(
    'takes no notice of the contents of the text "%s"',
    (text) => {
      const texts = Array.from({ length: deepest }, () => `"${text}"`);
      expect(problemOf(`[${texts.join()}]`)).toBeUndefined();
      expect(problemOf(`["${text}",${nested(deepest)}]`)).toContain('deep');
    },
  );

  it.each(['', '"', '"\\', '"abc\\"', ']]]', '[1', 'x'])('says nothing of %j, which is no JSON', (text) => {
    expect(problemOf(text)).toBeUndefined();
  });
});
