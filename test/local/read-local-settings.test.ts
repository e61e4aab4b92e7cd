import { afterEach, describe, expect, it } from 'vitest';
import { readLocalSettings, withEnvironment } from '../../local/read-local-settings.ts';
import { temporaryApp, type TemporaryApp } from './temporary-app.ts';

let app: TemporaryApp | undefined;

afterEach(async () => app?.remove());

async function read(files: Record<string, string>) {
  app = await temporaryApp({ files });
  return readLocalSettings(app.folder);
}

describe('readLocalSettings', () => {
  it('reads local.settings.json rather than the sample', async () => {
    const settings = await read({
      'local.settings.json': '{ "Values": { "FROM": "settings" } }',
      'local.settings.sample.json': '{ "Values": { "FROM": "sample" } }',
    });
    expect(settings).toEqual({ FROM: 'settings' });
  });

  it('reads the sample where there are no settings', async () => {
    expect(await read({ 'local.settings.sample.json': '{ "Values": { "FROM": "sample" } }' })).toEqual({
      FROM: 'sample',
    });
  });

  it('gives nothing where there is no file', async () => {
    expect(await read({})).toEqual({});
  });

  it.each([
    ['text that is no JSON', '{ "Values": ', 'it is no JSON'],
    ['a list', '[]', 'it must be an object with "Values"'],
    ['a list of values', '{ "Values": [] }', '"Values" must be an object'],
    ['a number as a value', '{ "Values": { "COUNT": 7 } }', 'the value of "COUNT" must be a string'],
    ['encrypted values', '{ "IsEncrypted": true, "Values": {} }', 'it is encrypted'],
  ])('refuses %s with the path and the reason', async (_, text, reason) => {
    await expect(read({ 'local.settings.json': text })).rejects.toThrow(
      new RegExp(`^Cannot read ".*local\\.settings\\.json": ${reason}`),
    );
  });
});

describe('withEnvironment', () => {
  it('lets the environment win over the file', () => {
    expect(withEnvironment({ A: 'file', B: 'file' }, { A: 'environment' })).toEqual({ A: 'environment', B: 'file' });
  });
});
