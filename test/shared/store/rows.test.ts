import { describe, expect, it } from 'vitest';
import type { DirectoryObject, QuarantinedValue } from '../../../shared/directory/objects.ts';
import { errorFromRow, errorToRow, isShownAlike, searchedErrorFromRow } from '../../../shared/store/error-row.ts';
import { historyFromRow, historyToRow } from '../../../shared/store/history-row.ts';
import { isPartOf, isUnfinished, partOf } from '../../../shared/store/is-unfinished.ts';
import { deletedToRow, objectFromRow, objectToRow } from '../../../shared/store/object-row.ts';
import { type ReadRow, type Row, textOrNull } from '../../../shared/store/row.ts';
import {
  deletedAnchorFromRow,
  deletionToRow,
  vacancyFromRow,
  vacancyToRow,
} from '../../../shared/store/vacancy-row.ts';
import { valueFromRow, valueToRow } from '../../../shared/store/value-row.ts';
import { groupWith, monday } from '../directory/fixtures.ts';

const read = (row: Row): ReadRow => ({ ...row, etag: 'etag' });

const joe: DirectoryObject = {
  sourceAnchor: '7bQ/k2+fUkaS0hZr1tq0Xw==',
  objectId: '5d1f0f1c-8a37-4a53-9a7d-5b7d2a0c9b11',
  objectType: 'User',
  exported: {
    displayName: 'Joe',
    userPrincipalName: 'Joe@contoso.com',
    mail: null,
    proxyAddresses: ['SMTP:Joe@contoso.com'],
    exchangeLicensed: true,
    attributes: { department: 'Sales', groups: ['a', 'b'] },
  },
  placeholder: 'joe+4821@contoso.onmicrosoft.com',
  quarantined: [
    {
      propertyName: 'UserPrincipalName',
      propertyValue: 'Joe@contoso.com',
      whenStarted: monday.toISOString(),
      place: 0,
    },
  ],
};
const [entry] = joe.quarantined as readonly [QuarantinedValue];

describe('objectFromRow()', () => {
  it.each([
    ['a user with a placeholder', joe],
    ['a group without a name', groupWith('a')],
  ])('reads %s as it was written', (_, object) => {
    expect(objectFromRow(read(objectToRow(object, 'run')))).toEqual({ etag: 'etag', writtenBy: 'run', object });
  });

  it('reads a deleted object as its run, without attributes', () => {
    const deleted = { etag: 'etag', writtenBy: 'run', deletedBy: 'run' };
    expect(objectFromRow(read(deletedToRow('a', 'run')))).toEqual(deleted);
  });
});

describe('isUnfinished()', () => {
  it('is true until the run has written the last part', () => {
    expect(isUnfinished({ writtenBy: partOf('run') })).toBe(true);
    expect(isUnfinished({ writtenBy: 'run' })).toBe(false);
  });

  it('reads rows of earlier versions', () => {
    expect(isUnfinished({ writtenBy: '5d1f0f1c-8a37-4a53-9a7d-5b7d2a0c9b11/part' })).toBe(true);
  });
});

describe('isPartOf()', () => {
  it.each([
    [partOf('run'), true],
    [partOf('another'), false],
    ['run', false],
  ])('of a row written by "%s" is %s', (writtenBy, expected) => {
    expect(isPartOf('run', { writtenBy })).toBe(expected);
  });
});

describe('valueFromRow()', () => {
  it.each([
    { holder: 'a', waiting: 2, vacatedBy: null },
    { holder: null, waiting: 0, vacatedBy: 'run' },
  ])('reads %o as it was written', (value) => {
    expect(valueFromRow(read(valueToRow('smtp|joe@contoso.com', value)))).toEqual({ ...value, etag: 'etag' });
  });
});

describe('errorFromRow()', () => {
  it('reads the object with its user principal name in force', () => {
    expect(errorFromRow(read(errorToRow(joe, entry)))).toEqual({
      quarantined: entry,
      object: {
        objectId: joe.objectId,
        objectType: 'User',
        displayName: 'Joe',
        sourceAnchor: joe.sourceAnchor,
        userPrincipalName: joe.placeholder,
      },
    });
  });

  it('reads a row of an earlier version, which has no place', () => {
    const { place: _, ...earlier } = entry;
    expect(errorFromRow(read(errorToRow(joe, earlier))).quarantined).toEqual(earlier);
  });
});

describe('searchedErrorFromRow()', () => {
  it('adds the key of the row, and the addresses in force', () => {
    const row = errorToRow(joe, entry);
    const { rowKey, proxyAddresses } = searchedErrorFromRow(read(row));
    expect(rowKey).toBe(row.rowKey);
    expect(proxyAddresses).toContain('SMTP:Joe@contoso.com');
  });
});

describe('isShownAlike()', () => {
  const renamed = { ...joe, exported: { ...joe.exported, displayName: 'Joseph' } };
  it.each([
    ['the same object', joe, true],
    ['another attribute', { ...joe, exported: { ...joe.exported, attributes: {} } }, true],
    ['another display name', renamed, false],
    ['another placeholder', { ...joe, placeholder: 'joe+0001@contoso.onmicrosoft.com' }, false],
    ['another address', { ...joe, exported: { ...joe.exported, proxyAddresses: [] } }, false],
    ['another object with the same anchor', { ...joe, objectId: 'another' }, false],
  ])('of %s is %3$s', (_, after, expected) => {
    expect(isShownAlike(joe, after)).toBe(expected);
  });
});

describe('vacancyFromRow()', () => {
  const from = { sourceAnchor: 'a', displayName: null };
  it.each([{ from }, { from: { ...from, displayName: 'Group a' } }, { from: null }])(
    'reads a value vacated %o as it was written',
    (vacated) => {
      const vacancy = { key: 'smtp|sales@contoso.com', runId: 'run', at: monday, ...vacated } as const;
      expect(vacancyFromRow(read(vacancyToRow(vacancy)))).toEqual(vacancy);
    },
  );

  it('returns undefined for the row of a deletion, which deletedAnchorFromRow() reads', () => {
    const row = read(deletionToRow('a/+', 'run'));
    expect(vacancyFromRow(row)).toBeUndefined();
    expect(deletedAnchorFromRow(row)).toBe('a/+');
  });
});

describe('historyFromRow()', () => {
  it.each([{ sourceAnchor: 'a', displayName: 'Group a' }, null])(
    'reads an event as it was written, from %o',
    (from) => {
      const { propertyValue, whenStarted } = entry;
      const by = { kind: 'sweep', runId: 'run' } as const;
      const row = historyToRow({
        ...{ event: 'released', at: monday, key: 'upn|joe@contoso.com', propertyValue, whenStarted, from, by },
        object: joe,
      });
      expect(row).toMatchObject({ value: 'upn|joe@contoso.com', operationId: 'run' });
      const { sourceAnchor, objectId, objectType } = joe;
      expect(historyFromRow(read(row))).toEqual({
        ...{
          event: 'released',
          at: monday.toISOString(),
          propertyName: 'UserPrincipalName',
          propertyValue,
          whenStarted,
        },
        ...{ object: { sourceAnchor, objectId, objectType, displayName: 'Joe' }, from, by },
      });
    },
  );
});

describe('textOrNull()', () => {
  it.each([
    ['text', 'text'],
    ['', null],
    [undefined, null],
    [7, null],
  ])('returns for %j %j', (column, expected) => expect(textOrNull(column)).toBe(expected));
});
