import { afterEach, describe, expect, it } from 'vitest';
import { readLocalSettings, withEnvironment } from '../../local/read-local-settings.ts';
import { temporaryApp, type TemporaryApp } from './temporary-app.ts';

let app: TemporaryApp | undefined;

afterEach(async () => app?.remove());

async function read(files: Record<string, string>) {
  app = await temporaryApp({ files });
  return readLocalSettings(app.folder);
}

describe('readLocalSettings()', () => {
  it('prefers local.settings.json to the sample', async () => {
    const settings = await read({
      'local.settings.json': '{ "Values": { "FROM": "settings" } }',
      'local.settings.sample.json': '{ "Values": { "FROM": "sample" } }',
    });
    expect(settings).toEqual({ FROM: 'settings' });
  });

  it('reads the sample if there is no local.settings.json', async () => {
    expect(await read({ 'local.settings.sample.json': '{ "Values": { "FROM": "sample" } }' })).toEqual({
      FROM: 'sample',
    });
  });

  it('returns no settings if both files are missing', async () => {
    expect(await read({})).toEqual({});
  });

  it.each([
    ['text that is not JSON', '{ "Values": ', 'it is not JSON'],
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

describe('withEnvironment()', () => {
  it('overrides the file by the environment', () => {
    expect(withEnvironment({ A: 'file', B: 'file' }, { A: 'environment' })).toEqual({ A: 'environment', B: 'file' });
  });
});
