import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../cli/read/detect-format.ts';

describe('detectFormat()', () => {
  it.each([
    ['dn: cn=a\ncn: a\n', 'ldif'],
    ['version: 1\n', 'ldif'],
    ['dn:: Y249YQ==\n', 'ldif'],
    ['# extended LDIF\n#\n\n# a\ndn: cn=a\n', 'ldif'],
    ['\n\ndn: cn=a\n', 'ldif'],
    ['# a comment alone\n', 'ldif'],
    ['DN,objectClass\n', 'csv'],
    ['"DistinguishedName","mail"\n', 'csv'],
    ['#TYPE Selected.ADUser\n"cn"\n', 'csv'],
    ['#,cn\n1,A\n', 'csv'],
    ['cn', 'csv'],
    ['', 'csv'],
    ['[\n', 'json'],
    ['{\n  "cn": "A"\n}\n', 'json'],
    ['{"cn":"A"}\n{"cn":"B"}\n', 'ndjson'],
    ['{"cn":"A"}', 'ndjson'],
  ])('detects %j as %s', (start, format) => {
    expect(detectFormat(start, true)).toBe(format);
  });

  it('waits for the first line with content', () => {
    expect(detectFormat('# a\n# b', false)).toBeUndefined();
    expect(detectFormat('dn', false)).toBeUndefined();
    expect(detectFormat('{"cn":', false)).toBeUndefined();
  });
});
