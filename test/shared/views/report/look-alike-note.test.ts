import { describe, expect, it } from 'vitest';
import { lookAlikeNote } from '../../../../shared/views/report/look-alike-note.ts';

const check = 'Check that the address is the one that is meant.';

describe('lookAlikeNote()', () => {
  it.each([
    [
      'a letter before the "@"',
      'smtp:p\u0430ul@contoso.com',
      'the Cyrillic letter "\u0430" (U+0430), which looks like Latin "a"',
    ],
    [
      'a letter in the domain',
      'joe@c\u03bfntoso.com',
      'the Greek letter "\u03bf" (U+03BF), which looks like Latin "o"',
    ],
    [
      'a letter that looks like none',
      'joe\u0436@contoso.com',
      'the Cyrillic letter "\u0436" (U+0436) among Latin letters',
    ],
    [
      'a part that looks Latin as a whole',
      '\u0440\u0430\u0443@contoso.com',
      'the Cyrillic letter "\u0440" (U+0440), which looks like Latin "p"; the Cyrillic letter "\u0430" (U+0430), which looks like Latin "a"; and the Cyrillic letter "\u0443" (U+0443), which looks like Latin "y"',
    ],
  ])('names %s', (_, address, letters) => {
    expect(lookAlikeNote(address)).toBe(`It contains ${letters}. ${check}`);
  });

  it('names a letter once, and at most three', () => {
    const note = lookAlikeNote('smtp:p\u0430\u0430ul.\u0435\u043e\u0441\u0445@contoso.com') ?? '';
    expect(note.match(/looks like/g)).toHaveLength(3);
    expect(note).toContain('; and 2 more.');
  });

  it.each([
    ['ASCII', 'smtp:paul.o@contoso.com'],
    ['accents and ligatures', 'j\u00f6rg.\ufb01@m\u00fcnchen.de'],
    ['a name in one script', 'smtp:\u0438\u0432\u0430\u043d@contoso.com'],
    ['a name and a domain in one script', '\u0438\u0432\u0430\u043d@\u043f\u0440\u0438\u043c\u0435\u0440.com'],
    ['scripts that are written together', '\u592a\u90cetaro@\u4f8b\u3048.jp'],
    ['no letters', '123@1.2'],
    ['no "@"', 'contoso.com'],
  ])('has nothing to say of %s', (_, address) => {
    expect(lookAlikeNote(address)).toBeUndefined();
  });
});
