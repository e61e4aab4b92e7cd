import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newLinkKey, withLinkKey } from '../../local/with-link-key.ts';
import { readSettings, sampleLinkKey } from '../../shared/settings.ts';
import { settings } from '../support/storage.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'link-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

const keyOf = async (given: NodeJS.ProcessEnv): Promise<string | undefined> =>
  (await withLinkKey(given, join(folder, 'data'))).REPORT_LINK_KEY;

describe('withLinkKey()', () => {
  it.each([
    ['the key of the sample', { REPORT_LINK_KEY: sampleLinkKey }],
    ['no key', {}],
    ['an empty key', { REPORT_LINK_KEY: '' }],
  ])('replaces %s by a new key, and stores that', async (_, given) => {
    const key = await keyOf(given);
    expect(key).not.toBe(sampleLinkKey);
    expect(key).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect(await keyOf(given)).toBe(key);
    const file = join(folder, 'data', 'report-link-key');
    expect(await readFile(file, 'utf8')).toBe(`${key}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps a key in the settings', async () => {
    expect(await keyOf({ REPORT_LINK_KEY: 'of the settings' })).toBe('of the settings');
  });

  it('returns one key to several starts at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => keyOf({})));
    expect(new Set(keys).size).toBe(1);
  });

  it('throws if the stored key is empty', async () => {
    await keyOf({});
    await writeFile(join(folder, 'data', 'report-link-key'), '');
    await expect(keyOf({})).rejects.toThrow('report-link-key" is empty. Delete it');
  });
});

describe('newLinkKey()', () => {
  it('returns a different key each time, which is strong enough for a public address', () => {
    expect(newLinkKey()).not.toBe(newLinkKey());
    const environment = { ...settings, AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
    const deployed = { ...environment, REPORT_BASE_URL: 'https://contoso.com', REPORT_LINK_KEY: newLinkKey() };
    expect(() => readSettings(deployed)).not.toThrow();
  });
});
