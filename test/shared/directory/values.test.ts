import { describe, expect, it } from 'vitest';
import { everyCharacter } from '../../support/hostile/characters.ts';
import {
  fold,
  isPrimary,
  isSmtp,
  proxyAddressKey,
  smtpKey,
  spaceOf,
  textOf,
  upnKey,
  type ValueKey,
} from '../../../shared/directory/values.ts';

describe('proxyAddressKey', () => {
  it.each(['SMTP:joe@contoso.com', 'smtp:joe@contoso.com', 'sMtP:JOE@Contoso.COM'])(
    'takes %s for the value joe@contoso.com, without prefix and letter case',
    (address) => {
      expect(proxyAddressKey(address)).toBe(smtpKey('joe@contoso.com'));
    },
  );

  it('keeps the prefix of another type, without letter case', () => {
    expect(proxyAddressKey('X500:/o=Contoso')).toBe('other|x500:/o=contoso');
    expect(proxyAddressKey('sip:joe@contoso.com')).not.toBe(proxyAddressKey('eum:joe@contoso.com'));
  });

  it('compares without letter case beyond ASCII', () => {
    expect(proxyAddressKey('smtp:JÖRG@contoso.com')).toBe(proxyAddressKey('SMTP:jörg@contoso.com'));
  });
});

describe('fold', () => {
  it.each([
    ['ΟΔΟΣ', 'οδος', 'οδοσ'],
    ['ΟΔΟΣ.X', 'οδος.x', 'οδοσ.x'],
    ['STRAẞE', 'straße', 'StraßE'],
    ['\u212a', 'K', 'k'],
    ['ＪＯＥ', 'ｊｏｅ', 'Ｊｏｅ'],
    ['\u0130', 'i\u0307', 'I\u0307'],
    ['é', 'e\u0301', 'E\u0301'],
    // The capital composes with no caron: only the small letter does.
    ['J\u030c', '\u01f0', 'j\u030c'],
    ['\u1e9b\u0323', '\u017f\u0323\u0307', '\u1e9b\u0323'],
  ])('takes %s, %s and %s for one', (...spellings) => {
    expect(new Set(spellings.map(fold)).size).toBe(1);
  });

  it.each([
    ['ß', 'ss'],
    ['ı', 'i'],
    ['İ', 'i'],
    ['é', 'e'],
    ['ｊ', 'j'],
    ['ﬁ', 'fi'],
    ['а', 'a'],
    ['ο', 'o'],
    ['a\u200b', 'a'],
  ])('takes %s and %s for two', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });
});

describe('fold, over all of Unicode', () => {
  it('changes nothing that it has folded, and takes each way of composing for one', () => {
    const wrong: string[] = [];
    for (const character of everyCharacter) {
      for (const text of [character, `a${character}\u0301`, `${character}\u0323\u0307x`]) {
        const folded = fold(text);
        if (fold(folded) !== folded || fold(text.normalize('NFD')) !== folded) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe.each([
  ['upnKey', upnKey],
  ['smtpKey', smtpKey],
])('%s, the domain', (_, key) => {
  it.each([
    [
      'an IDN, its capitals, its decomposed form and its punycode',
      'münchen.de',
      'MÜNCHEN.De',
      'mu\u0308nchen.de',
      'xn--mnchen-3ya.de',
      'XN--MNCHEN-3ya.de',
    ],
    ['letters of full width', 'ｃontoso.com', 'contoso.com', 'ＣＯＮＴＯＳＯ．ＣＯＭ'],
    ['the dots of East Asia', 'contoso。com', 'contoso．com', 'contoso.com'],
    ['a language that is written from right to left', 'שלום.co.il', 'xn--9dbne9b.co.il'],
    ['sharp s, small and capital', 'straße.de', 'STRAẞE.de', 'xn--strae-oqa.de'],
    ['sigma and its capital', 'οδοσ.gr', 'ΟΔΟΣ.gr'],
    ['a final sigma and its punycode', 'οδος.gr', 'xn--pxavbm.gr'],
    ['digits of full width, which are no IPv4 address', '１.２', '1.2'],
  ])('takes %s for one', (_what, ...domains) => {
    expect(new Set(domains.map((domain) => key(`joe@${domain}`))).size).toBe(1);
  });

  it.each([
    ['sharp s and ss', 'straße.de', 'strasse.de'],
    ['an accent and none', 'münchen.de', 'munchen.de'],
    ['Latin and Cyrillic letters that look alike', 'contoso.com', 'c\u043entoso.com'],
    ['the two small sigmas, which are two domains', 'οδοσ.gr', 'οδος.gr'],
  ])('takes %s for two', (_what, one, other) => {
    expect(key(`joe@${one}`)).not.toBe(key(`joe@${other}`));
  });

  it.each([
    ['mixes directions in a label', 'שa.com', 'שA.com'],
    ['has a label that is no A-label', 'xn--a-ü.de', 'XN--A-Ü.de'],
    ['begins with a mark', '\u0301ü.com', '\u0301u\u0308.com'],
    ['has a sign of URLs', 'ü/x%41.de', 'Ü/X%41.de'],
    ['has a sign of URLs in full width', 'ü＠x.de', 'Ü＠X.de'],
  ])('folds one as a text that %s', (_what, ...domains) => {
    const keys = domains.map((domain) => key(`joe@${domain}`));
    expect(new Set(keys).size).toBe(1);
    expect(textOf(keys[0] as ValueKey)).toBe(`joe@${fold(domains[0])}`);
  });

  it('leaves ASCII as it is but for letter case, also if it is no valid A-label', () => {
    for (const domain of ['CONTOSO.com', 'xn--a.com', 'xn--.com', '1.2', '0x7f.1', 'a_b.com', '-a-.com', 'server']) {
      expect(textOf(key(`JOE@${domain}`))).toBe(`joe@${domain.toLowerCase()}`);
    }
  });

  it('gives of each character in it a domain that stays what it is', () => {
    const wrong = everyCharacter.filter((character) => {
      const value = textOf(key(`joe@x${character}.com`));
      return textOf(key(value)) !== value;
    });
    expect(wrong).toEqual([]);
  });

  it('is compared in this way only, what is before it as a text', () => {
    expect(key('münchen.de@contoso.com')).not.toBe(key('xn--mnchen-3ya.de@contoso.com'));
    expect(key('ｊoe@contoso.com')).not.toBe(key('joe@contoso.com'));
    expect(key('ΟΔΟΣ@contoso.com')).toBe(key('οδος@contoso.com'));
  });
});

describe('upnKey', () => {
  it('keeps UPNs and addresses in two spaces', () => {
    expect(upnKey('Joe@contoso.com')).toBe('upn|joe@contoso.com');
    expect(upnKey('joe@contoso.com')).not.toBe(smtpKey('joe@contoso.com'));
  });
});

describe('isSmtp and isPrimary', () => {
  it.each([
    ['SMTP:a@b.c', true, true],
    ['smtp:a@b.c', true, false],
    ['Smtp:a@b.c', true, false],
    ['\u017fmtp:a@b.c', false, false],
    ['SMTPa@b.c', false, false],
    ['xSMTP:a@b.c', false, false],
    ['X500:SMTP:', false, false],
    ['', false, false],
  ])('of %s are %s and %s', (address, smtp, primary) => {
    expect(isSmtp(address)).toBe(smtp);
    expect(isPrimary(address)).toBe(primary);
  });
});

describe('spaceOf and textOf', () => {
  it('take a value apart, also one that has a "|" of its own', () => {
    const key = proxyAddressKey('X500:/o=A|B');
    expect(spaceOf(key)).toBe('other');
    expect(textOf(key)).toBe('x500:/o=a|b');
  });
});

describe('upnKey()', () => {
  it('of a whole name begins with that of its start, also in letters beyond ASCII', () => {
    expect(upnKey('Jörg4821@contoso.com').startsWith(upnKey('Jörg'))).toBe(true);
    expect(upnKey('JÖRG+')).toBe('upn|jörg+');
  });
});
