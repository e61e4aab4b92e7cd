import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../local/project-root.ts';

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: projectRoot, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const textOf = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '');

const exists = (path: string): boolean => existsSync(join(projectRoot, path));

/** Paths from the root of the project, and those below shared/. */
const pathInCode =
  /`((?:shared|functions|cli|local|bench|test|infra|docs|directory|use-cases|store|audit|messages|views|http|tokens|calendar)\/[\w./-]+\.(?:tsx?|md|json|bicep))`/g;
const writtenByBench = 'bench/results.json';

/** Returns the anchors of a document as GitHub makes them of its headings. */
function anchorsOf(file: string): readonly string[] {
  return [...withoutCode(textOf(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents)('%s', (file) => {
  it('links to files and headings that exist', () => {
    const links = [...withoutCode(textOf(file)).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    const broken = links.flatMap(([link, path = '', anchor]) => {
      const target = path === '' ? file : relative(projectRoot, join(projectRoot, dirname(file), path));
      if (!existsSync(join(projectRoot, target))) return [link];
      return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [link];
    });
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...withoutCode(textOf(file)).matchAll(pathInCode)].map(([, path = '']) => path);
    const missing = named.filter((path) => path !== writtenByBench && !exists(path) && !exists(join('shared', path)));
    expect(missing).toEqual([]);
  });
});
