import { describe, expect, it } from 'vitest';
import type { DirectoryObject } from '../../../shared/directory/objects.ts';
import type { WrittenTransition } from '../../../shared/directory/transitions/cut-transition.ts';
import type { ValueKey } from '../../../shared/directory/values.ts';
import { partOf } from '../../../shared/store/is-unfinished.ts';
import { rowActions } from '../../../shared/store/row-actions.ts';
import type { RowWrite } from '../../../shared/store/submit-transaction.ts';
import { StalePlan, type WriteContext } from '../../../shared/store/write-context.ts';
import { groupWith, monday, tuesday } from '../directory/fixtures.ts';
import { adding, changing, deleting, exportContext, waitingFor } from './fixtures.ts';

const sales = 'smtp:sales@contoso.com';
const salesKey: ValueKey = 'smtp|sales@contoso.com';
const valueRow = 'value|proxy|sales@contoso.com';
const errorRow = `error|ProxyAddresses|sales@contoso.com|${monday.toISOString()}|waiter`;

const holder = groupWith('holder', sales);
const without: DirectoryObject = { ...holder, exported: { ...holder.exported, proxyAddresses: [] } };
const waiter = waitingFor(groupWith('waiter'), sales);

/** The context of a run that has read these objects, and this row of the value. */
function knowing(
  objects: readonly DirectoryObject[],
  value?: { holder?: string | null; waiting?: number; vacatedBy?: string | null },
  rest: Partial<WriteContext> = {},
): WriteContext {
  const context = exportContext({ now: tuesday, ...rest });
  for (const object of objects) {
    const etag = `etag of ${object.sourceAnchor}`;
    context.known.objects.set(object.sourceAnchor, { etag, writtenBy: 'earlier', object });
  }
  if (value) {
    context.known.values.set(salesKey, { etag: 'etag of value', holder: null, waiting: 0, vacatedBy: null, ...value });
  }
  return context;
}

/** Describes writes as "<kind> <row key>", without the history, whose keys end in a hash. */
function written(transitions: readonly WrittenTransition[], context: WriteContext): readonly string[] {
  return rowActions(transitions, context)
    .map(({ write }) => `${write.kind} ${rowKeyOf(write)}`)
    .filter((text) => !text.includes(' history|'));
}

function rowKeyOf(write: RowWrite): string {
  return 'row' in write ? write.row.rowKey : write.rowKey;
}

function eventsIn(transitions: readonly WrittenTransition[], context: WriteContext): readonly unknown[] {
  return rowActions(transitions, context).flatMap(({ write }) =>
    write.kind === 'create' && write.row.rowKey.startsWith('history|')
      ? [{ event: write.row.event, object: write.row.sourceAnchor, from: write.row.fromSourceAnchor }]
      : [],
  );
}

const rowOf = (transitions: readonly WrittenTransition[], context: WriteContext, rowKey: string): unknown => {
  const action = rowActions(transitions, context).find(({ write }) => rowKeyOf(write) === rowKey);
  return action && 'row' in action.write ? action.write.row : undefined;
};

describe('rowActions() for objects', () => {
  it('creates the row of an object that was not read', () => {
    expect(written([adding(groupWith('a'))], knowing([]))).toEqual(['create object|a']);
  });

  it('replaces the row of a known object on its ETag', () => {
    const [action] = rowActions([changing(without, { ...without, placeholder: null })], knowing([without]));
    expect(action?.write).toMatchObject({ kind: 'replace', etag: 'etag of holder', row: { writtenBy: 'run' } });
  });

  it('marks the row of a part as unfinished', () => {
    const [action] = rowActions([{ ...changing(without, without), isPart: true }], knowing([without]));
    expect(action?.write).toMatchObject({ row: { writtenBy: partOf('run') } });
  });

  it('keeps the row of a deleted object, and has the sweep remove it', () => {
    expect(written([deleting(without)], knowing([without]))).toEqual([
      'replace object|holder',
      'create vacated|object|holder|run',
    ]);
  });

  it('takes back the deletion of an object that is added again', () => {
    const context = knowing([]);
    context.known.objects.set('holder', { etag: 'etag', writtenBy: 'earlier', deletedBy: 'earlier' });
    expect(written([adding(without)], context)).toEqual([
      'replace object|holder',
      'remove vacated|object|holder|earlier',
    ]);
  });

  it('throws if an object is deleted whose row was not read', () => {
    expect(() => rowActions([deleting(without)], knowing([]))).toThrow('its row was not read');
  });

  it('updates the known rows with the new ETag', () => {
    const context = knowing([without]);
    const [action] = rowActions([changing(without, without)], context);
    action?.afterWrite?.(context.known, 'new');
    expect(context.known.objects.get('holder')).toEqual({ etag: 'new', writtenBy: 'run', object: without });
  });
});

describe('rowActions() for values', () => {
  it.each<[string, readonly WrittenTransition[], WriteContext, readonly string[]]>([
    ['a value without a row is taken', [adding(holder)], knowing([]), [`create ${valueRow}`]],
    [
      'a vacant value is taken',
      [adding(holder)],
      knowing([], { vacatedBy: 'earlier' }),
      [`replace ${valueRow}`, 'remove vacated|proxy|sales@contoso.com|earlier'],
    ],
    [
      'a value is vacated whose row was read',
      [changing(holder, without)],
      knowing([holder], { holder: 'holder' }),
      [`replace ${valueRow}`, 'create vacated|proxy|sales@contoso.com|run'],
    ],
    [
      'a value is vacated whose row was not read',
      [changing(holder, without)],
      knowing([holder]),
      [`merge ${valueRow}`, 'create vacated|proxy|sales@contoso.com|run'],
    ],
    [
      'a value moves from one object to another',
      [changing(holder, without), adding(groupWith('next', sales))],
      knowing([holder], { holder: 'holder' }),
      [`replace ${valueRow}`],
    ],
    [
      'the first object waits for a vacant value: its vacancy is renewed',
      [adding(waiter)],
      knowing([], { vacatedBy: 'earlier' }),
      [
        `replace ${valueRow}`,
        'remove vacated|proxy|sales@contoso.com|earlier',
        'create vacated|proxy|sales@contoso.com|run~',
        `create ${errorRow}`,
      ],
    ],
    [
      'a second object waits for a vacant value: its vacancy stays',
      [adding(waiter)],
      knowing([], { vacatedBy: 'earlier', waiting: 1 }),
      [`replace ${valueRow}`, `create ${errorRow}`],
    ],
    [
      'the holder stays the same',
      [changing(holder, { ...holder, placeholder: null })],
      knowing([holder], { holder: 'holder' }),
      [],
    ],
  ])('if %s', (_, transitions, context, expected) => {
    expect(written(transitions, context).filter((text) => !text.includes(' object|'))).toEqual(expected);
  });

  it('counts the objects that wait', () => {
    expect(rowOf([adding(waiter)], knowing([], { holder: 'holder', waiting: 2 }), valueRow)).toMatchObject({
      holder: 'holder',
      waiting: 3,
    });
  });

  it.each<[string, readonly WrittenTransition[], WriteContext]>([
    ['another object holds a value that is taken', [adding(holder)], knowing([], { holder: 'another' })],
    [
      'an object stops waiting for a value that no object waits for',
      [deleting(waiter)],
      knowing([waiter], { holder: 'holder', waiting: 0 }),
    ],
  ])('throws a stale plan if %s', (_, transitions, context) => {
    expect(() => rowActions(transitions, context)).toThrow(StalePlan);
  });
});

describe('rowActions() for provisioning errors', () => {
  const value = { holder: 'holder', waiting: 1 };
  const renamed = { ...waiter, exported: { ...waiter.exported, displayName: 'Renamed' } };
  const errorsIn = (transitions: readonly WrittenTransition[], context: WriteContext): readonly string[] =>
    written(transitions, context).filter((text) => text.includes(' error|'));

  it('removes the row of an error that ends', () => {
    expect(errorsIn([deleting(waiter)], knowing([waiter], value))).toEqual([`remove ${errorRow}`]);
  });

  it('writes the row again if it shows something else of the object', () => {
    expect(errorsIn([changing(waiter, renamed)], knowing([waiter], value))).toEqual([`put ${errorRow}`]);
  });

  it('leaves the row unchanged if only other attributes change', () => {
    const after = { ...waiter, exported: { ...waiter.exported, attributes: { department: 'Sales' } } };
    expect(errorsIn([changing(waiter, after)], knowing([waiter], value))).toEqual([]);
  });

  it('writes all rows again after an unfinished write, which may have written others', () => {
    const context = knowing([waiter], value);
    context.known.objects.set('waiter', { etag: 'etag', writtenBy: partOf('earlier'), object: waiter });
    expect(errorsIn([changing(waiter, waiter)], context)).toEqual([`put ${errorRow}`]);
  });

  it('shows the object once all its parts are written, and only the rows of this part', () => {
    const part = { ...changing(waiter, waiter), isPart: true, shownAs: renamed };
    const context = knowing([waiter], value);
    expect(rowOf([{ ...part, restamp: new Set([salesKey]) }], context, errorRow)).toMatchObject({
      displayName: 'Renamed',
    });
    expect(errorsIn([{ ...part, restamp: new Set() }], context)).toEqual([]);
  });
});

describe('rowActions() for the history', () => {
  it('records a quarantine with the holder of the value', () => {
    expect(eventsIn([adding(waiter)], knowing([holder], { holder: 'holder' }))).toEqual([
      { event: 'quarantined', object: 'waiter', from: 'holder' },
    ]);
  });

  it('records a quarantine with an object that takes the value in the same transaction', () => {
    expect(eventsIn([adding(holder), adding(waiter)], knowing([]))).toEqual([
      { event: 'quarantined', object: 'waiter', from: 'holder' },
    ]);
  });

  it('records a release with the object that vacated the value before the sweep', () => {
    const released = { ...waiter, quarantined: [] };
    const from = { sourceAnchor: 'holder', displayName: null };
    const sweep = { kind: 'sweep', previousHolders: new Map([[salesKey, from]]) } as const;
    const context = knowing([waiter], { waiting: 1, vacatedBy: 'earlier' }, sweep);
    expect(eventsIn([changing(waiter, released)], context)).toEqual([
      { event: 'released', object: 'waiter', from: 'holder' },
    ]);
  });

  it.each<[string, WrittenTransition]>([
    ['no longer desires the value', changing(waiter, { ...groupWith('waiter'), objectId: waiter.objectId })],
    ['is deleted', deleting(waiter)],
    ['is deleted and added again with the value', changing(waiter, groupWith('waiter', sales))],
  ])('records a withdrawal if the object %s', (_, transition) => {
    const context = knowing([waiter], { waiting: 1, vacatedBy: 'earlier' });
    expect(eventsIn([transition], context)).toEqual([
      expect.objectContaining({ event: 'withdrawn', object: 'waiter' }),
    ]);
  });
});
