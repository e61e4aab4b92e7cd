import { describe, expect, it } from 'vitest';
import { modified, renamed } from '../../../cli/plan/change-entry.ts';
import type { Modification } from '../../../cli/read/readings.ts';

const joe = {
  dn: 'CN=Joe,OU=Sales,DC=x',
  attributes: new Map([
    ['cn', ['Joe']],
    ['proxyaddresses', ['SMTP:joe@x.y', 'smtp:j@x.y']],
  ]),
};

const addresses = (...modifications: Modification[]): unknown =>
  modified(joe, modifications).attributes.get('proxyaddresses');

const attribute = 'proxyaddresses';

describe('modified', () => {
  it('adds values that are not there', () => {
    expect(addresses({ kind: 'add', attribute, values: ['smtp:new@x.y', 'SMTP:J@X.Y'] })).toEqual([
      'SMTP:joe@x.y',
      'smtp:j@x.y',
      'smtp:new@x.y',
    ]);
  });

  it('deletes values in any letter case, or all', () => {
    expect(addresses({ kind: 'delete', attribute, values: ['smtp:J@x.y'] })).toEqual(['SMTP:joe@x.y']);
    expect(addresses({ kind: 'delete', attribute, values: [] })).toBeUndefined();
  });

  it('replaces all values, or takes them away', () => {
    expect(addresses({ kind: 'replace', attribute, values: ['a'] })).toEqual(['a']);
    expect(addresses({ kind: 'replace', attribute, values: [] })).toBeUndefined();
  });

  it('goes in order', () => {
    expect(addresses({ kind: 'replace', attribute, values: ['a'] }, { kind: 'add', attribute, values: ['b'] })).toEqual(
      ['a', 'b'],
    );
  });
});

describe('renamed', () => {
  const rename = { dn: joe.dn, newRdn: 'CN=Joseph', deleteOldRdn: true, newSuperior: null };

  it('gives the new name to the entry and to what names it', () => {
    const entry = renamed(joe, rename);
    expect(entry.dn).toBe('CN=Joseph,OU=Sales,DC=x');
    expect(entry.attributes.get('cn')).toEqual(['Joseph']);
  });

  it('keeps the old value where the change says so', () => {
    expect(renamed(joe, { ...rename, deleteOldRdn: false }).attributes.get('cn')).toEqual(['Joseph', 'Joe']);
  });

  it('moves the entry', () => {
    expect(renamed(joe, { ...rename, newRdn: 'CN=Joe', newSuperior: 'OU=HR,DC=x' })).toMatchObject({
      dn: 'CN=Joe,OU=HR,DC=x',
      attributes: new Map([...joe.attributes, ['cn', ['Joe']]]),
    });
  });
});
