import { describe, expect, it } from 'vitest';
import { errorRowKey, isRowKey, keyPart, textOfKeyPart } from '../../../shared/store/keys.ts';
import { everyCharacter } from '../../support/hostile/characters.ts';

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
      return !isRowKey(part) || /[\u2028\u2029'%{}|]/.test(part) || textOfKeyPart(part) !== `a${character}b`;
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the key of an error within 512 characters, whatever its anchor is made of', () => {
    for (const character of ['\u2028', '/', '\u0085']) {
      const key = errorRowKey(`upn|${character.repeat(300)}`, new Date(0).toISOString(), character.repeat(59));
      expect(key.length).toBeLessThanOrEqual(512);
      expect(textOfKeyPart(key.slice(key.lastIndexOf('|') + 1))).toBe(character.repeat(59));
    }
  });
});

describe('textOfKeyPart()', () => {
  it.each(['!2F', '!28', '!u2028', '!L', '!x', 'a!', '\u2028', '--changesetresponse_', '!~'])(
    'returns null for %j, which keyPart() never writes',
    (part) => expect(textOfKeyPart(part)).toBeNull(),
  );
});
