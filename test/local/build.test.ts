import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { build } from '../../local/build.ts';
import { temporaryApp, type TemporaryApp } from './temporary-app.ts';

let app: TemporaryApp | undefined;

afterEach(async () => app?.remove());

describe('build()', () => {
  it('bundles the app into one CommonJS file, next to a package.json with that type', async () => {
    app = await temporaryApp({ like: 'built-app' });
    const output = await build({ appRoot: app.folder });
    expect(output).toBe(join(app.folder, 'dist', 'main.js'));
    const source = await readFile(output, 'utf8');
    expect(source).toContain('require("@azure/functions-core")');
    expect(source).not.toContain('require("@azure/functions")');
    expect(source).toContain('//# sourceMappingURL=main.js.map');
    expect(await readFile(join(app.folder, 'dist', 'package.json'), 'utf8')).toBe('{ "type": "commonjs" }\n');
  });

  it('reports an error in a source file', async () => {
    app = await temporaryApp({ files: { 'functions/main.ts': "import './missing.ts';" } });
    await expect(build({ appRoot: app.folder })).rejects.toThrow(/Cannot build ".*main\.ts": .*missing\.ts/s);
  });

  it('reports that there is nothing to build', async () => {
    app = await temporaryApp({});
    await expect(build({ appRoot: app.folder })).rejects.toThrow(/Cannot build: there is no ".*main\.ts"/);
  });
});
