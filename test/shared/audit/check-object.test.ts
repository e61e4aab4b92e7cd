import { describe, expect, it } from 'vitest';
import { checkObject } from '../../../shared/audit/check-object.ts';
import type { DirectoryObject } from '../../../shared/directory/objects.ts';
import { deletedToRow, objectToRow } from '../../../shared/store/object-row.ts';
import type { ReadRow } from '../../../shared/store/row.ts';
import { monday } from '../directory/fixtures.ts';
import { storedGroup, waitingFor } from '../store/fixtures.ts';

const read = (object: DirectoryObject, columns: object = {}): ReadRow => ({
  ...objectToRow(object, 'run'),
  etag: 'etag',
  ...columns,
});

const sales = storedGroup('sales', 'smtp:sales@contoso.com');
const joe: DirectoryObject = {
  ...storedGroup('joe'),
  objectType: 'User',
  exported: { ...sales.exported, userPrincipalName: 'joe@contoso.com', proxyAddresses: [], displayName: 'Joe' },
};
const upnEntry = {
  propertyName: 'UserPrincipalName',
  propertyValue: 'joe@contoso.com',
  whenStarted: monday.toISOString(),
} as const;
const waiting: DirectoryObject = { ...joe, placeholder: 'joe+4821@contoso.com', quarantined: [upnEntry] };

const codesOf = (row: ReadRow): readonly string[] => checkObject(row).findings.map(({ code }) => code);

describe('checkObject()', () => {
  it.each([
    ['a group', sales],
    ['a group that waits for an address', waitingFor(sales, 'smtp:other@contoso.com')],
    ['a user', joe],
    ['a user with a placeholder', waiting],
  ])('finds nothing in the row of %s', (_, object) => {
    const { audited, findings } = checkObject(read(object));
    expect(findings).toEqual([]);
    expect(audited).toMatchObject({ state: 'whole', object, isUnfinished: false });
  });

  it('reports an unfinished write', () => {
    expect(checkObject(read(sales, { writtenBy: 'run/part' })).audited).toMatchObject({ isUnfinished: true });
  });

  it('finds nothing in the row of a deleted object, and repairs its columns', () => {
    const row = { ...deletedToRow('sales', 'run'), etag: 'etag' };
    expect(checkObject(row)).toMatchObject({ audited: { state: 'deleted', deletedBy: 'run' }, findings: [] });
    const damaged = { ...row, errorCount: 3, writtenBy: '' };
    expect(checkObject(damaged).findings).toMatchObject([
      { code: 'DamagedRow', repair: { writes: [{ row: { errorCount: 0, writtenBy: 'run' } }] } },
    ]);
  });

  it.each([
    ['exported attributes that are no JSON', { exported: '{' }],
    ['no exported attributes', { exported: undefined }],
    ['no list of quarantined values', { dirSyncProvisioningErrors: '{}' }],
    ['no id', { objectId: 'none' }],
  ])('cannot read an object with %s, and has no repair', (_, columns) => {
    const { audited, findings } = checkObject(read(sales, columns));
    expect(audited.state).toBe('unreadable');
    expect(findings.at(-1)).toMatchObject({ code: 'DamagedRow', repair: null });
  });

  it('cannot read an object whose key ends in a hash', () => {
    expect(checkObject({ ...read(sales), rowKey: 'object|a!~0123' })).toMatchObject({
      audited: { state: 'unreadable' },
      findings: [{ detail: expect.stringContaining('no object can have this key') as string }],
    });
  });

  it.each<[string, DirectoryObject, readonly string[]]>([
    [
      'an attribute that validation refuses',
      { ...sales, exported: { ...sales.exported, mail: 'no address' } },
      ['RuleBroken'],
    ],
    [
      'a quarantined value that it does not desire',
      { ...waitingFor(sales, 'smtp:other@contoso.com'), exported: sales.exported },
      ['QuarantineNotAsked'],
    ],
    [
      'a value that is quarantined twice',
      { ...waiting, quarantined: [upnEntry, { ...upnEntry, propertyValue: 'Joe@contoso.com' }] },
      ['QuarantinedTwice'],
    ],
    ['a quarantined name and no placeholder', { ...waiting, placeholder: null }, ['PlaceholderAstray']],
    ['a placeholder and no quarantined name', { ...waiting, quarantined: [] }, ['PlaceholderAstray']],
  ])('finds %s', (_, object, codes) => expect(codesOf(read(object))).toEqual(codes));

  it('finds a licensed user that waits for the address of its own placeholder', () => {
    const address = `smtp:${waiting.placeholder}`;
    const entry = {
      propertyName: 'ProxyAddresses',
      propertyValue: address,
      whenStarted: monday.toISOString(),
    } as const;
    const exported = { ...waiting.exported, exchangeLicensed: true };
    const codes = codesOf(read({ ...waiting, exported, quarantined: [upnEntry, entry] }));
    expect(codes).toEqual(['PlaceholderAwaited']);
  });

  it('repairs a quarantined value that the object does not desire by taking it off the list', () => {
    const [finding] = checkObject(
      read({ ...waitingFor(sales, 'smtp:x@contoso.com'), exported: sales.exported }),
    ).findings;
    expect(finding).toMatchObject({
      detail: 'The object lists "smtp:x@contoso.com" as quarantined, but does not desire it.',
      repair: { writes: [{ kind: 'merge', row: { errorCount: 0, dirSyncProvisioningErrors: '[]' }, etag: 'etag' }] },
    });
  });
});
