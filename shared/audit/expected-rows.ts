/** Claims: what the objects say of values, from which the rows of values and errors follow. */
import { quarantinedValues, heldValues, quarantinedKey } from '../directory/objects.ts';
import type { ValueKey } from '../directory/values.ts';
import { errorRowKey, quarantineId, textOfKeyPart, valueRowKey } from '../store/keys.ts';
import { errorToRow, type Row } from '../store/rows.ts';
import type { AuditedObject } from './check-objects.ts';
import type { TenantRows } from './tenant-rows.ts';

type WholeObject = AuditedObject & { readonly state: 'whole' };

/** Who holds a value, and how many wait for it. */
export type ExpectedValue = {
  readonly key: ValueKey;
  readonly holders: readonly WholeObject[];
  readonly waiting: number;
};

/** An error row as it follows from its object, and what its quarantine is called in the history. */
export type ExpectedError = { readonly audited: WholeObject; readonly row: Row; readonly quarantineId: string };

/** What follows from the objects: by the keys of the rows that it is kept in. */
export type ExpectedRows = {
  readonly values: ReadonlyMap<string, ExpectedValue>;
  readonly errors: ReadonlyMap<string, ExpectedError>;
  /** Who cannot be read: what they hold is not known. */
  readonly unreadable: ReadonlySet<string>;
  /** How many of those wait for a value, as the rows of their errors tell. */
  readonly unreadableWaiting: ReadonlyMap<string, number>;
};

/** Gathers what the objects of a tenant say of values. */
export function expectedRowsOf(objects: Iterable<AuditedObject>, { rows }: TenantRows): ExpectedRows {
  const values = new Map<string, { key: ValueKey; holders: WholeObject[]; waiting: number }>();
  const errors = new Map<string, ExpectedError>();
  const unreadable = new Set<string>();
  const claimOn = (key: ValueKey): { holders: WholeObject[]; waiting: number } => {
    const rowKey = valueRowKey(key);
    let claim = values.get(rowKey);
    if (!claim) values.set(rowKey, (claim = { key, holders: [], waiting: 0 }));
    return claim;
  };
  for (const audited of objects) {
    if (audited.state === 'unreadable') unreadable.add(audited.sourceAnchor);
    if (audited.state !== 'whole') continue;
    const { object } = audited;
    for (const key of heldValues(object)) claimOn(key).holders.push(audited);
    for (const key of quarantinedValues(object).keys()) claimOn(key).waiting++;
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

/** Gives the source anchor at the end of the key of an error row. */
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
