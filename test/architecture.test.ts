import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const base = ['shared/json-text.ts', 'shared/services.ts', 'shared/settings.ts', 'shared/request-error.ts'];
const root = resolve(import.meta.dirname, '..');

/** Which folders a folder may import from, beside itself. A file named here may do so in place of its folder. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'shared/access': ['shared/settings.ts'],
  'shared/calendar': [],
  'shared/directory': [],
  'shared/identity': ['shared/connections.ts'],
  'shared/store': ['shared/calendar', 'shared/directory', 'shared/identity'],
  'shared/audit': ['shared/directory', 'shared/store'],
  'shared/links': ['shared/services.ts', 'shared/store'],
  'shared/operations': [
    'shared/audit',
    'shared/calendar',
    'shared/directory',
    'shared/store',
    'shared/links',
    'shared/mail',
    'shared/views',
    ...base,
  ],
  'shared/views': ['shared/calendar', 'shared/directory', 'shared/operations', 'shared/store'],
  'shared/mail': ['shared/identity'],
  'shared/http': [
    'shared/log-event.ts',
    'shared/access',
    'shared/audit',
    'shared/calendar',
    'shared/directory',
    'shared/operations',
    'shared/store',
    'shared/links',
    'shared/views',
    ...base,
  ],
  'shared/services.ts': ['shared/settings.ts', 'shared/access', 'shared/identity', 'shared/store', 'shared/mail'],
  'shared/settings.ts': ['shared/connections.ts'],
  'shared/connections.ts': [],
  'shared/json-text.ts': [],
  'shared/request-error.ts': [],
  'shared/log-event.ts': ['shared/store'],
  functions: ['shared'],
  cli: ['shared/directory', 'shared/json-text.ts'],
};

/** The packages that only one folder may know. */
const packages: Readonly<Record<string, string>> = {
  '@azure/data-tables': 'shared/store',
  '@azure/communication-email': 'shared/mail',
  '@azure/identity': 'shared/identity',
  jose: 'shared/links shared/access',
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

/** Gives the entry of the table that a file belongs to: the longest that it begins with. */
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

  it('let the directory core know nothing but itself', () => {
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

  it('leave it to the registration of a tenant where its rows are', () => {
    const opened = globSync('{shared,functions}/**/*.ts', { cwd: root }).flatMap((file) => {
      const calls = readFileSync(join(root, file), 'utf8').matchAll(/\.partition\(([\w.]+)/g);
      return [...calls].map(([, of = '']) => `${file}: ${of}`);
    });
    expect(opened.length).toBeGreaterThan(10);
    // By the tenant's id it would be right until that is registered again after a deletion.
    expect(opened.filter((call) => !call.endsWith('egistrationId'))).toEqual([]);
  });

  it('come from the local tools nowhere', () => {
    expect(imports.filter(({ to }) => isInside(to, 'local') || isInside(to, 'test'))).toEqual([]);
  });
});
