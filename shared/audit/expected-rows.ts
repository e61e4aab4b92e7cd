/** Derives the rows of values and errors that a tenant must have from its objects. */
import { quarantinedValues, heldValues, quarantinedKey } from '../directory/objects.ts';
import type { ValueKey } from '../directory/values.ts';
import { errorRowKey, quarantineId, textOfKeyPart, valueRowKey } from '../store/keys.ts';
import { errorToRow } from '../store/error-row.ts';
import type { Row } from '../store/row.ts';
import type { AuditedObject } from './check-object.ts';
import type { TenantRows } from './tenant-rows.ts';

type WholeObject = AuditedObject & { readonly state: 'whole' };

/** The holders of a value by the object rows, and how many objects wait for it. */
export type ExpectedValue = {
  readonly key: ValueKey;
  readonly holders: readonly WholeObject[];
  readonly waiting: number;
};

/** An error row as it follows from its object, and the id of its quarantine in the history. */
export type ExpectedError = { readonly audited: WholeObject; readonly row: Row; readonly quarantineId: string };

/** The rows that follow from the objects, by row key. */
export type ExpectedRows = {
  readonly values: ReadonlyMap<string, ExpectedValue>;
  readonly errors: ReadonlyMap<string, ExpectedError>;
  /** The objects that cannot be read: the values that they hold are unknown. */
  readonly unreadable: ReadonlySet<string>;
  /** How many of them wait for a value, by their error rows. */
  readonly unreadableWaiting: ReadonlyMap<string, number>;
};

/** Derives the rows that follow from the objects of a tenant. */
export function expectedRowsOf(objects: Iterable<AuditedObject>, { rows }: TenantRows): ExpectedRows {
  const values = new Map<string, { key: ValueKey; holders: WholeObject[]; waiting: number }>();
  const errors = new Map<string, ExpectedError>();
  const unreadable = new Set<string>();
  const valueOf = (key: ValueKey): { holders: WholeObject[]; waiting: number } => {
    const rowKey = valueRowKey(key);
    let value = values.get(rowKey);
    if (!value) values.set(rowKey, (value = { key, holders: [], waiting: 0 }));
    return value;
  };
  for (const audited of objects) {
    if (audited.state === 'unreadable') unreadable.add(audited.sourceAnchor);
    if (audited.state !== 'whole') continue;
    const { object } = audited;
    for (const key of heldValues(object)) valueOf(key).holders.push(audited);
    for (const key of quarantinedValues(object).keys()) valueOf(key).waiting++;
    for (const entry of object.quarantined) {
      const { sourceAnchor } = object;
      const key = quarantinedKey(entry);
      errors.set(errorRowKey(key, entry, sourceAnchor), {
        audited,
        row: errorToRow(object, entry),
        quarantineId: quarantineId({ key, objectId: object.objectId, whenStarted: entry.whenStarted }),
      });
    }
  }
  return { values, errors, unreadable, unreadableWaiting: waitingOf(unreadable, rows.error.keys()) };
}

/** Returns the source anchor at the end of the key of an error row; null if the key has a hash in its place. */
export function anchorOfErrorRow(rowKey: string): string | null {
  return textOfKeyPart(rowKey.slice(rowKey.lastIndexOf('|') + 1));
}

function waitingOf(unreadable: ReadonlySet<string>, errorRowKeys: Iterable<string>): ReadonlyMap<string, number> {
  const waiting = new Map<string, number>();
  if (unreadable.size === 0) return waiting;
  for (const rowKey of errorRowKeys) {
    const [, property, value = ''] = rowKey.split('|');
    if (!unreadable.has(anchorOfErrorRow(rowKey) ?? '')) continue;
    const valueKey = `value|${property === 'UserPrincipalName' ? 'upn' : 'proxy'}|${value}`;
    waiting.set(valueKey, (waiting.get(valueKey) ?? 0) + 1);
  }
  return waiting;
}
