import { describe, expect, it } from 'vitest';
import { normalizeDn, parseDn } from '../../../cli/read/parse-dn.ts';

describe('normalizeDn', () => {
  it('returns the same text for two spellings of one name', () => {
    const name = 'cn=wood\\, joe,ou=sales+l=rome,dc=contoso';
    expect(normalizeDn('CN=Wood\\, Joe, OU=Sales + L = Rome,DC=contoso')).toBe(name);
    expect(normalizeDn(name)).toBe(name);
  });

  it('returns different texts for names that differ in an escaped or a quoted character', () => {
    expect(normalizeDn('cn=a\\,b')).not.toBe(normalizeDn('cn=a,b'));
    expect(normalizeDn('cn=a\\ ,dc=x')).toBe('cn=a\\ ,dc=x');
    expect(normalizeDn('cn="a, b",dc=x')).toBe('cn="a, b",dc=x');
  });
});

describe('parseDn', () => {
  it('returns the attribute and the unescaped value that name the entry', () => {
    expect(parseDn('CN=Wood\\, Joe,DC=x')).toMatchObject({ attribute: 'cn', value: 'Wood, Joe' });
    expect(parseDn('cn=J\\C3\\B6rg = a+sn=b')).toMatchObject({ attribute: 'cn', value: 'Jörg = a' });
  });

  it('returns the name of the entry above, after the first comma that is not escaped', () => {
    expect(parseDn('CN=Wood\\, Joe,OU=Sales,DC=contoso').parent).toBe('OU=Sales,DC=contoso');
    expect(parseDn('DC=contoso').parent).toBe('');
  });
});
