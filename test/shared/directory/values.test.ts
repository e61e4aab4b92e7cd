import { describe, expect, it } from 'vitest';
import {
  fold,
  isPrimary,
  isSmtp,
  proxyAddressKey,
  smtpKey,
  spaceOf,
  textOf,
  upnKey,
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
  ])('takes %s, %s and %s for one', (...spellings) => {
    expect(new Set(spellings.map(fold)).size).toBe(1);
  });

  it.each([
    ['ß', 'ss'],
    ['ı', 'i'],
    ['İ', 'i'],
    ['é', 'e\u0301'],
    ['ｊ', 'j'],
    ['ﬁ', 'fi'],
    ['а', 'a'],
    ['ο', 'o'],
    ['a\u200b', 'a'],
  ])('takes %s and %s for two', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
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
