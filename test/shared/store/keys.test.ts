import { describe, expect, it } from 'vitest';
import { errorRowKey, historyRowKey, keyPart, textOfKeyPart } from '../../../shared/store/keys.ts';
import { everyCharacter } from '../../support/hostile/characters.ts';

/** What the storage refuses in a key. */
const forbiddenInKey = /[/\\#?\p{Cc}]/u;

describe('keyPart()', () => {
  it.each([
    ['joe@contoso.com', 'joe@contoso.com'],
    ['7bQ/k2+fUkaS0hZr1tq0Xw==', '7bQ!2fk2+fUkaS0hZr1tq0Xw=='],
    ['a|b!c', 'a!7cb!21c'],
    ['jörg\u0085(x)', 'jörg!85(x)'],
    ['Joe\u2028Wood', 'Joe!lWood'],
    ['Joe\u2029Wood', 'Joe!pWood'],
    ['--changesetresponse_x', '!2d-changesetresponse_x'],
    ['---changesetresponse_--changesetresponse_', '-!2d-changesetresponse_!2d-changesetresponse_'],
    ['--changesetResponse_, --changeset_', '--changesetResponse_, --changeset_'],
  ])('writes %j as %j', (text, part) => {
    expect(keyPart(text)).toBe(part);
    expect(textOfKeyPart(part)).toBe(text);
  });

  it('writes every character so that it can be a key, and is read back', () => {
    const wrong = everyCharacter.filter((character) => {
      const part = keyPart(`a${character}b`);
      return forbiddenInKey.test(part) || /[\u2028\u2029'%{}|]/.test(part) || textOfKeyPart(part) !== `a${character}b`;
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the key of an error within 512 characters, whatever its anchor is made of', () => {
    for (const character of ['\u2028', '/', '\u0085']) {
      const began = { whenStarted: new Date(0).toISOString(), place: 9_999_999 };
      const key = errorRowKey(`upn|${character.repeat(300)}`, began, character.repeat(59));
      expect(key.length).toBeLessThanOrEqual(512);
      expect(textOfKeyPart(key.slice(key.lastIndexOf('|') + 1))).toBe(character.repeat(59));
    }
  });
});

describe('errorRowKey()', () => {
  it('sorts the objects that wait for a value by the moment, then by the place', () => {
    const since = (seconds: number, place?: number) => ({
      whenStarted: new Date(seconds * 1_000).toISOString(),
      ...(place === undefined ? {} : { place }),
    });
    const keys = [since(1, 2), since(1, 12), since(1, 100), since(2, 0), since(3)].map((began, index) =>
      errorRowKey('smtp|x@contoso.com', began, `a${9 - index}`),
    );
    expect(keys.toSorted()).toEqual(keys);
  });
});

describe('historyRowKey()', () => {
  const event = {
    at: new Date('2026-11-16T08:00:00.000Z'),
    event: 'quarantined',
    runId: 'run',
    key: 'upn|joe@contoso.com',
    sourceAnchor: 'a/+',
    objectId: 'object',
    whenStarted: '2026-11-16T08:00:00.000Z',
  } as const;

  it('sorts the newest first', () => {
    const later = { ...event, at: new Date('2026-11-16T08:00:00.001Z') };
    expect(historyRowKey(later) < historyRowKey(event)).toBe(true);
  });

  it.each([
    { event: 'released' },
    { runId: 'another' },
    { key: 'smtp|joe@contoso.com' },
    { sourceAnchor: 'A/+' },
    { objectId: 'another' },
    { whenStarted: '2026-11-16T07:00:00.000Z' },
  ] as const)('tells the event from one with another %o', (change) => {
    expect(historyRowKey({ ...event, ...change })).not.toBe(historyRowKey(event));
  });
});

describe('textOfKeyPart()', () => {
  it.each(['!2F', '!28', '!u2028', '!L', '!x', 'a!', '\u2028', '--changesetresponse_', '!~'])(
    'returns null for %j, which keyPart() never writes',
    (part) => expect(textOfKeyPart(part)).toBeNull(),
  );
});
