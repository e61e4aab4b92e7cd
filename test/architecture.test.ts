import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const base = [
  'shared/request-error.ts',
  'shared/services.ts',
  'shared/settings.ts',
  'shared/tenant-id.ts',
  'shared/to-json-text.ts',
];
const root = resolve(import.meta.dirname, '..');

/** The folders that a folder may import from, besides itself. A file listed here has its own entry. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'shared/calendar': [],
  'shared/directory': [],
  'shared/identity': ['shared/open-once.ts', 'shared/read-connections.ts'],
  'shared/tokens': ['shared/settings.ts', 'shared/tenant-id.ts'],
  'shared/mail': ['shared/identity', 'shared/open-once.ts'],
  'shared/messages': ['shared/directory', 'shared/request-error.ts'],
  'shared/store': [
    'shared/calendar',
    'shared/directory',
    'shared/identity',
    'shared/messages',
    'shared/open-once.ts',
    'shared/tenant-id.ts',
  ],
  'shared/audit': ['shared/directory', 'shared/messages', 'shared/store'],
  'shared/use-cases': [
    'shared/audit',
    'shared/calendar',
    'shared/directory',
    'shared/mail',
    'shared/messages',
    'shared/store',
    'shared/tokens',
    ...base,
  ],
  'shared/views': ['shared/calendar', 'shared/directory', 'shared/messages', 'shared/store', 'shared/use-cases'],
  'shared/http': [
    'shared/audit',
    'shared/calendar',
    'shared/directory',
    'shared/log-event.ts',
    'shared/messages',
    'shared/store',
    'shared/tokens',
    'shared/use-cases',
    'shared/views',
    ...base,
  ],
  'shared/services.ts': [
    'shared/identity',
    'shared/mail',
    'shared/open-once.ts',
    'shared/settings.ts',
    'shared/store',
    'shared/tokens',
  ],
  'shared/settings.ts': ['shared/read-connections.ts'],
  'shared/open-once.ts': [],
  'shared/read-connections.ts': [],
  'shared/tenant-id.ts': [],
  'shared/to-json-text.ts': [],
  'shared/request-error.ts': [],
  'shared/log-event.ts': ['shared/store'],
  'shared/log-sweep.ts': ['shared/log-event.ts', 'shared/use-cases'],
  functions: [
    'shared/http',
    'shared/log-event.ts',
    'shared/log-sweep.ts',
    'shared/services.ts',
    'shared/settings.ts',
    'shared/to-json-text.ts',
    'shared/use-cases',
    'shared/views',
  ],
  cli: ['shared/directory', 'shared/tenant-id.ts', 'shared/to-json-text.ts'],
};

/** The packages that only one folder may know. */
const packages: Readonly<Record<string, string>> = {
  '@azure/data-tables': 'shared/store',
  '@azure/communication-email': 'shared/mail',
  '@azure/identity': 'shared/identity',
  jose: 'shared/tokens',
  zod: 'shared/http functions cli/map',
  preact: 'shared/views',
};

type Import = { readonly from: string; readonly to: string };

const imports: readonly Import[] = globSync('{shared,functions,cli}/**/*.{ts,tsx}', { cwd: root }).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'|^import '([^']+)'/gm)].map((match) => {
    const target = match[1] ?? match[2] ?? '';
    const to = target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target;
    return { from: file, to };
  });
});

/** Returns the entry of the table that a file belongs to: the longest that its path starts with. */
function homeOf(file: string): string {
  const homes = Object.keys(allowed).filter((home) => file === home || file.startsWith(`${home}/`));
  return homes.sort((left, right) => right.length - left.length)[0] ?? file;
}

const isInside = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

describe('the imports', () => {
  it('are found', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('point towards the directory core', () => {
    const strays = imports.filter(({ from, to }) => {
      if (!/^(?:shared|functions|cli|\.)/.test(to)) return false;
      const home = homeOf(from);
      if (isInside(to, home)) return false;
      return !(allowed[home] ?? []).some((place) => isInside(to, place));
    });
    expect(strays).toEqual([]);
  });

  it('keep everything else out of the directory core', () => {
    const outside = imports.filter(
      ({ from, to }) => isInside(from, 'shared/directory') && !isInside(to, 'shared/directory'),
    );
    expect(outside).toEqual([]);
  });

  it('keep each package behind one folder', () => {
    const strays = imports.filter(({ from, to }) => {
      const owners = packages[to]?.split(' ');
      return owners && !owners.some((owner) => isInside(from, owner));
    });
    expect(strays).toEqual([]);
  });

  it('go one way: no two folders import each other', () => {
    const folders = imports
      .filter(({ to }) => /^(?:shared|functions|cli)/.test(to))
      .map(({ from, to }) => [dirname(from), dirname(to)] as const)
      .filter(([from, to]) => from !== to && from !== 'shared' && to !== 'shared' && from !== 'cli' && to !== 'cli');
    const pairs = new Set(folders.map((pair) => pair.join(' -> ')));
    expect([...pairs].filter((pair) => pairs.has(pair.split(' -> ').reverse().join(' -> ')))).toEqual([]);
  });

  it('form no circle, not even of types', () => {
    const targets = Map.groupBy(imports, ({ from }) => from);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      const circle = (targets.get(file) ?? []).map(({ to }) => visit(to, [...path, file])).find(Boolean);
      done.add(file);
      return circle;
    };
    expect([...targets.keys()].map((file) => visit(file, [])).filter(Boolean)).toEqual([]);
  });

  it('never reach the local tools or the tests', () => {
    expect(imports.filter(({ to }) => isInside(to, 'local') || isInside(to, 'test'))).toEqual([]);
  });
});
