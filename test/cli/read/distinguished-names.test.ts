import { describe, expect, it } from 'vitest';
import { firstOfDn, normalizeDn, parentOf } from '../../../cli/read/distinguished-names.ts';

describe('normalizeDn', () => {
  it('makes one text of the spellings of one name', () => {
    const name = 'cn=wood\\, joe,ou=sales+l=rome,dc=contoso';
    expect(normalizeDn('CN=Wood\\, Joe, OU=Sales + L = Rome,DC=contoso')).toBe(name);
    expect(normalizeDn(name)).toBe(name);
  });

  it('keeps names apart that differ in an escaped or a quoted character', () => {
    expect(normalizeDn('cn=a\\,b')).not.toBe(normalizeDn('cn=a,b'));
    expect(normalizeDn('cn=a\\ ,dc=x')).toBe('cn=a\\ ,dc=x');
    expect(normalizeDn('cn="a, b",dc=x')).toBe('cn="a, b",dc=x');
  });
});

describe('parentOf', () => {
  it('gives what stands behind the first comma that is none of the name', () => {
    expect(parentOf('CN=Wood\\, Joe,OU=Sales,DC=contoso')).toBe('OU=Sales,DC=contoso');
    expect(parentOf('DC=contoso')).toBe('');
  });
});

describe('firstOfDn', () => {
  it('gives attribute and value, unescaped', () => {
    expect(firstOfDn('CN=Wood\\, Joe,DC=x')).toEqual({ attribute: 'cn', value: 'Wood, Joe' });
    expect(firstOfDn('cn=J\\C3\\B6rg = a+sn=b')).toEqual({ attribute: 'cn', value: 'Jörg = a' });
  });
});
