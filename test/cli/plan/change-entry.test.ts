import { describe, expect, it } from 'vitest';
import { changeEntry } from '../../../cli/plan/change-entry.ts';
import type { Modification } from '../../../cli/read/reading.ts';

const joe = {
  dn: 'CN=Joe,OU=Sales,DC=x',
  attributes: new Map([
    ['cn', ['Joe']],
    ['proxyaddresses', ['SMTP:joe@x.y', 'smtp:j@x.y']],
  ]),
};

const addresses = (...modifications: Modification[]): unknown =>
  changeEntry(joe, { kind: 'modify', dn: joe.dn, modifications }).attributes.get('proxyaddresses');

const attribute = 'proxyaddresses';

describe('changeEntry() by modifications', () => {
  it('adds values that the entry does not have', () => {
    expect(addresses({ kind: 'add', attribute, values: ['smtp:new@x.y', 'SMTP:J@X.Y'] })).toEqual([
      'SMTP:joe@x.y',
      'smtp:j@x.y',
      'smtp:new@x.y',
    ]);
  });

  it('deletes the named values in any letter case, or all values', () => {
    expect(addresses({ kind: 'delete', attribute, values: ['smtp:J@x.y'] })).toEqual(['SMTP:joe@x.y']);
    expect(addresses({ kind: 'delete', attribute, values: [] })).toBeUndefined();
  });

  it('replaces all values, or removes them', () => {
    expect(addresses({ kind: 'replace', attribute, values: ['a'] })).toEqual(['a']);
    expect(addresses({ kind: 'replace', attribute, values: [] })).toBeUndefined();
  });

  it('applies them in their order', () => {
    expect(addresses({ kind: 'replace', attribute, values: ['a'] }, { kind: 'add', attribute, values: ['b'] })).toEqual(
      ['a', 'b'],
    );
  });
});

describe('changeEntry() by a rename', () => {
  const rename = { kind: 'rename' as const, dn: joe.dn, newRdn: 'CN=Joseph', deleteOldRdn: true, newSuperior: null };

  it('changes the name of the entry and its naming attribute', () => {
    const entry = changeEntry(joe, rename);
    expect(entry.dn).toBe('CN=Joseph,OU=Sales,DC=x');
    expect(entry.attributes.get('cn')).toEqual(['Joseph']);
  });

  it('keeps the old value if the change record says so', () => {
    expect(changeEntry(joe, { ...rename, deleteOldRdn: false }).attributes.get('cn')).toEqual(['Joseph', 'Joe']);
  });

  it('moves the entry to a new superior', () => {
    expect(changeEntry(joe, { ...rename, newRdn: 'CN=Joe', newSuperior: 'OU=HR,DC=x' })).toMatchObject({
      dn: 'CN=Joe,OU=HR,DC=x',
      attributes: new Map([...joe.attributes, ['cn', ['Joe']]]),
    });
  });
});
