import { describe, expect, it } from 'vitest';
import { createLdifReader } from '../../../cli/read/create-ldif-reader.ts';
import type { Reading } from '../../../cli/read/reading.ts';
import { shownEntry } from './read-text.ts';

function read(text: string): readonly Reading[] {
  const reader = createLdifReader();
  return [...reader.push(text), ...reader.end()];
}

const entryOf = (text: string): unknown => shownEntry(read(text)[0]);
const problemsOf = (text: string): unknown =>
  read(text).map((reading) => (reading.kind === 'problem' ? [reading.line, reading.reason] : reading.kind));

describe('version-spec', () => {
  it('is read before the first record, with or without a blank line after it', () => {
    const entry = { dn: 'cn=a', cn: ['a'] };
    expect(entryOf('version: 1\ndn: cn=a\ncn: a\n')).toEqual(entry);
    expect(entryOf('version:1\n\n\ndn: cn=a\ncn: a\n')).toEqual(entry);
  });

  it('may be absent', () => {
    expect(entryOf('dn: cn=a\ncn: a\n')).toEqual({ dn: 'cn=a', cn: ['a'] });
  });

  it('with another number ends the reading', () => {
    expect(problemsOf('version: 2\n\ndn: cn=a\ncn: a\n')).toEqual([
      [1, expect.stringContaining('LDIF version "2", but only version 1 is known') as string],
    ]);
  });
});

describe('lines', () => {
  it('end in LF or CR LF', () => {
    const text = 'dn: cn=a\ncn: a\n\ndn: cn=b\ncn: b\n';
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(read(text));
  });

  it('need no line end at the end of the file', () => {
    expect(entryOf('dn: cn=a\ncn: a')).toEqual({ dn: 'cn=a', cn: ['a'] });
  });

  it('that begin with a space continue the line before, without that space', () => {
    expect(entryOf('dn: cn=a,\n dc=x\ncn: a b\n  c\n d\n')).toEqual({ dn: 'cn=a,dc=x', cn: ['a b cd'] });
  });

  it('may be folded anywhere, even inside a name or base64', () => {
    expect(entryOf('dn: cn=a\ndisplay\n Name: A\ncn:: w7\n w=\n')).toEqual({
      dn: 'cn=a',
      displayname: ['A'],
      cn: ['ü'],
    });
  });

  it('that begin with # are comments, as are their continuations', () => {
    expect(entryOf('# one\n  and more\ndn: cn=a\n# two\n of it\ncn: a\n')).toEqual({ dn: 'cn=a', cn: ['a'] });
  });

  it('that are blank separate records, any number of them', () => {
    expect(read('\n\ndn: cn=a\ncn: a\n\n\n\ndn: cn=b\ncn: b\n\n').map(({ line }) => line)).toEqual([3, 8]);
  });

  it('may arrive in pieces that are cut anywhere', () => {
    const text = 'version: 1\r\ndn: cn=a,\r\n dc=x\r\ncn:: w7w=\r\n\r\ndn: cn=b\r\nchangetype: delete\r\n';
    const reader = createLdifReader();
    const pieces = (text.match(/[^]/g) ?? []).flatMap((sign) => reader.push(sign));
    expect([...pieces, ...reader.end()]).toEqual(read(text));
  });
});

describe('dn-spec', () => {
  it('is text, or base64 of UTF-8', () => {
    expect(entryOf('dn:cn=a\ncn: a\n')).toMatchObject({ dn: 'cn=a' });
    expect(entryOf('dn:: Y249w7w=\ncn: a\n')).toMatchObject({ dn: 'cn=ü' });
  });

  it('may be empty: the root', () => {
    expect(entryOf('dn:\nobjectClass: top\n')).toEqual({ dn: '', objectclass: ['top'] });
  });

  it('comes first', () => {
    expect(problemsOf('cn: a\ndn: cn=a\n')).toEqual([
      [1, 'an entry must begin with "dn:", but this one begins with "cn: a"'],
    ]);
  });

  it('must be text', () => {
    expect(problemsOf('dn:: /w==\ncn: a\n')).toEqual([[1, '"dn" is not text in UTF-8']]);
  });
});

describe('attrval-spec', () => {
  it('has a name or an OID, in any letter case', () => {
    expect(entryOf('dn: x\nCN: a\ncn: b\n2.5.4.3: c\n')).toEqual({ dn: 'x', cn: ['a', 'b'], '2.5.4.3': ['c'] });
  });

  it('keeps options that make it another attribute, and drops those that do not', () => {
    expect(
      entryOf('dn: x\ncn;lang-de;x-y: a\nphoto;binary:: AP8=\nmember;range=0-1: b\nmember;range=2-*: c\n'),
    ).toEqual({
      dn: 'x',
      'cn;lang-de;x-y': ['a'],
      photo: [new Uint8Array([0, 255])],
      member: ['b', 'c'],
    });
  });

  it('has a value after any number of spaces, or none', () => {
    expect(entryOf('dn: x\na:1\nb:    2\nc: 3 \n')).toEqual({ dn: 'x', a: ['1'], b: ['2'], c: ['3 '] });
  });

  it('may have an empty value', () => {
    expect(entryOf('dn: x\na:\nb: \nc::\n')).toEqual({ dn: 'x', a: [''], b: [''], c: [''] });
  });

  it('may have colons, angle brackets and spaces after the first character', () => {
    expect(entryOf('dn: x\na: b: c <d> #e\n')).toEqual({ dn: 'x', a: ['b: c <d> #e'] });
  });

  it('in base64 is text if it is UTF-8, else bytes', () => {
    expect(entryOf('dn: x\na::w7w=\nb::   IGEK\nc:: /wA=\n')).toEqual({
      dn: 'x',
      a: ['ü'],
      b: [' a\n'],
      c: [new Uint8Array([255, 0])],
    });
  });

  it('may name a URL, which is not fetched', () => {
    expect(entryOf('dn: x\njpegPhoto:< file:///etc/hostname\n')).toEqual({
      dn: 'x',
      jpegphoto: [{ url: 'file:///etc/hostname' }],
    });
  });

  it('may be UTF-8 that is not in base64, as many tools write it', () => {
    expect(entryOf('dn: cn=ü\ncn: ü\n')).toEqual({ dn: 'cn=ü', cn: ['ü'] });
  });

  it.each([
    ['nonsense', '"nonsense" is not of the form "attribute: value"'],
    ['a b: c', '"a b: c" is not of the form "attribute: value"'],
    [': c', '": c" is not of the form "attribute: value"'],
    ['a:: w7w', '"w7w" after "::" is not base64'],
    ['a:: w7w=x', '"w7w=x" after "::" is not base64'],
    ['a:< nowhere', '"nowhere" after ":<" is not a URL'],
    ['a: \uFFFD', expect.stringContaining('not UTF-8') as string],
  ])('is refused as "%s", with its line, and the next record is read', (line, reason) => {
    expect(problemsOf(`dn: x\nok: 1\n${line}\n\ndn: y\na: b\n`)).toEqual([[3, reason], 'entry']);
  });

  it('is required: a name alone is not an entry', () => {
    expect(problemsOf('dn: x\n')).toEqual([[1, 'it has no attributes']]);
  });
});

describe('change records', () => {
  it('add an entry', () => {
    expect(entryOf('dn: x\nchangetype: add\ncn: a\n')).toEqual({ dn: 'x', cn: ['a'] });
    expect(entryOf('dn: x\nChangeType: ADD\ncn: a\n')).toEqual({ dn: 'x', cn: ['a'] });
    expect(problemsOf('dn: x\nchangetype: add\n')).toEqual([[1, 'it adds an entry without attributes']]);
  });

  it('delete an entry', () => {
    expect(read('dn: x\nchangetype: delete\n')).toEqual([{ line: 1, kind: 'delete', dn: 'x' }]);
    expect(problemsOf('dn: x\nchangetype: delete\ncn: a\n')).toEqual([
      [3, 'a delete has nothing after its "changetype:"'],
    ]);
  });

  it('modify an entry: add, delete and replace, with or without values, in their order', () => {
    const text = [
      'dn: x',
      'changetype: modify',
      'add: mail',
      'mail: a@b',
      'mail:: YkBj',
      '-',
      'delete: title',
      '-',
      'delete: sn',
      'sn: A',
      '-',
      'replace: cn;lang-de',
      '-',
      '',
    ].join('\n');
    expect(read(text)).toEqual([
      {
        line: 1,
        kind: 'modify',
        dn: 'x',
        modifications: [
          { kind: 'add', attribute: 'mail', values: ['a@b', 'b@c'] },
          { kind: 'delete', attribute: 'title', values: [] },
          { kind: 'delete', attribute: 'sn', values: ['A'] },
          { kind: 'replace', attribute: 'cn;lang-de', values: [] },
        ],
      },
    ]);
  });

  it('may modify nothing', () => {
    expect(read('dn: x\nchangetype: modify\n')).toMatchObject([{ kind: 'modify', modifications: [] }]);
  });

  it('may omit the last "-" of a modify', () => {
    expect(read('dn: x\nchangetype: modify\nadd: a\na: b\n')).toMatchObject([{ modifications: [{ values: ['b'] }] }]);
  });

  it.each([
    ['increment: a', 'a modification begins with add, delete or replace, not "increment"'],
    ['-', 'a "-" ends a modification, but none has begun'],
    ['add: a\nb: c', 'a modification of "a" has a line for "b"'],
  ])('are refused as "%s"', (lines, reason) => {
    const [[line, said] = []] = problemsOf(`dn: x\nchangetype: modify\n${lines}\n`) as [number, string][];
    expect([line, said]).toEqual([2 + lines.split('\n').length, reason]);
  });

  it('rename and move an entry', () => {
    expect(read('dn: cn=a,dc=x\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\n')).toEqual([
      { line: 1, kind: 'rename', dn: 'cn=a,dc=x', newRdn: 'cn=b', deleteOldRdn: true, newSuperior: null },
    ]);
    const moved = 'dn: cn=a,dc=x\nchangetype: moddn\nnewrdn:: Y249w7w=\ndeleteoldrdn: 0\nnewsuperior:: ZGM9eQ==\n';
    expect(read(moved)).toEqual([
      { line: 1, kind: 'rename', dn: 'cn=a,dc=x', newRdn: 'cn=ü', deleteOldRdn: false, newSuperior: 'dc=y' },
    ]);
  });

  it.each([
    ['deleteoldrdn: 1', 3, 'a rename needs "newrdn:" first'],
    ['newrdn: cn=b', 1, 'a rename needs "deleteoldrdn: 0" or "deleteoldrdn: 1" after "newrdn:"'],
    ['newrdn: cn=b\ndeleteoldrdn: 2', 4, 'a rename needs "deleteoldrdn: 0" or "deleteoldrdn: 1" after "newrdn:"'],
    ['newrdn: cn=b\ndeleteoldrdn: 1\ncn: c', 5, 'a rename has only "newsuperior:" after "deleteoldrdn:"'],
  ])('that rename are refused as "%s"', (lines, line, reason) => {
    expect(problemsOf(`dn: x\nchangetype: moddn\n${lines}\n`)).toEqual([[line, reason]]);
  });

  it('may have controls, which are ignored', () => {
    for (const control of ['1.2.3', '1.2.3 true', '1.2.3 false: value', '1.2.3:: w7w=', '1.2.3 true:< file:///x']) {
      expect(read(`dn: x\ncontrol: ${control}\ncontrol: 1.2\nchangetype: delete\n`)).toMatchObject([
        { kind: 'delete' },
      ]);
    }
    expect(problemsOf('dn: x\ncontrol: one true\nchangetype: delete\n')).toEqual([
      [2, '"control: one true" is not of the form "control: OID true: value"'],
    ]);
    expect(problemsOf('dn: x\ncontrol: 1.2.3\ncn: a\n')).toEqual([
      [2, 'a record without "changetype:" has a "control:"'],
    ]);
  });

  it('of another kind are refused', () => {
    expect(problemsOf('dn: x\nchangetype: ntdsSchemaAdd\ncn: a\n')).toEqual([
      [2, 'the changetype "ntdsschemaadd" is not one of add, delete, modify, modrdn, moddn'],
    ]);
  });
});

describe('a file of ldapsearch', () => {
  it('may have comments, references and the result of the search, which are ignored', () => {
    const text = [
      '# extended LDIF',
      '#',
      '# LDAPv3',
      '',
      '# a, x',
      'dn: cn=a',
      'cn: a',
      '',
      '# search reference',
      'ref: ldap://other/dc=x',
      '',
      '# search result',
      'search: 2',
      'result: 0 Success',
      'control: 1.2.840.113556.1.4.319 false MAUCAQAEAA==',
      'pagedresults: cookie=',
      '',
      '# numResponses: 2',
      '',
    ].join('\n');
    expect(read(text).map(({ kind }) => kind)).toEqual(['entry']);
  });

  it('has a problem if the search stopped at a limit', () => {
    expect(problemsOf('dn: cn=a\ncn: a\n\nsearch: 2\nresult: 4 Size limit exceeded\n')).toEqual([
      'entry',
      [5, 'the search ended with "4 Size limit exceeded": the file does not have all entries'],
    ]);
  });
});

describe('the examples of RFC 2849', () => {
  it('are read: a folded value, a delete, a rename, and a delete with a control', () => {
    const text = `version: 1
dn: cn=Barbara Jensen, ou=Product Development, dc=airius, dc=com
objectclass: top
objectclass: person
cn: Barbara Jensen
description:Babs is a big sailing fan, and travels extensively in sea
 rch of perfect sailing conditions.
title:Product Manager, Rod and Reel Division

# Delete the entry
dn: cn=Robert Jensen, ou=Marketing, dc=airius, dc=com
changetype: delete

# Rename an entry and move all of its children to a new location
dn: ou=PD Accountants, ou=Product Development, dc=airius, dc=com
changetype: modrdn
newrdn: ou=Product Development Accountants
deleteoldrdn: 0
newsuperior: ou=Accounting, dc=airius, dc=com

# Delete an entry, with a control
dn: ou=Product Development, dc=airius, dc=com
control: 1.2.840.113556.1.4.805 true
changetype: delete
`;
    const readings = read(text);
    expect(readings.map(({ kind, line }) => [kind, line])).toEqual([
      ['entry', 2],
      ['delete', 11],
      ['rename', 15],
      ['delete', 22],
    ]);
    expect(shownEntry(readings[0])).toMatchObject({
      description: ['Babs is a big sailing fan, and travels extensively in search of perfect sailing conditions.'],
      title: ['Product Manager, Rod and Reel Division'],
    });
  });
});
