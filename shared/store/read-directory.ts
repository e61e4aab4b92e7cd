/** Reads objects and values of a tenant by name. */
import type { DirectoryObject } from '../directory/objects.ts';
import { placeholderPrefix, type PlaceholderForm } from '../directory/placeholder.ts';
import { smtpKey, upnKey, type ValueKey } from '../directory/values.ts';
import { objectRowKey, valueRowKey } from './keys.ts';
import { forRows, type Partition, readPages, readRows } from './partition.ts';
import { type StoredValue, valueFromRow } from './value-row.ts';
import { objectFromRow, type StoredObject } from './object-row.ts';

/** Reads objects; those that never existed are left out, deleted ones are there while their row is. */
export async function readObjects(
  partition: Partition,
  sourceAnchors: readonly string[],
): Promise<Map<string, StoredObject>> {
  return readNamed(partition, sourceAnchors, { rowKeyOf: objectRowKey, fromRow: objectFromRow });
}

/** Looks at objects that are there, one after another, in no order: for who needs little of many. */
export function forObjects(
  partition: Partition,
  sourceAnchors: readonly string[],
  look: (object: DirectoryObject) => void,
): Promise<void> {
  return forRows(partition, sourceAnchors.map(objectRowKey), (row) => {
    const { object } = objectFromRow(row);
    if (object) look(object);
  });
}

/** Reads values; those that nobody has or waits for may be left out. */
export async function readValues(partition: Partition, keys: Iterable<ValueKey>): Promise<Map<ValueKey, StoredValue>> {
  return readNamed(partition, [...keys], { rowKeyOf: valueRowKey, fromRow: valueFromRow });
}

type Kind<Name, Stored> = {
  readonly rowKeyOf: (name: Name) => string;
  readonly fromRow: (row: Parameters<typeof valueFromRow>[0]) => Stored;
};

async function readNamed<Name, Stored>(
  partition: Partition,
  names: readonly Name[],
  { rowKeyOf, fromRow }: Kind<Name, Stored>,
): Promise<Map<Name, Stored>> {
  const rows = await readRows(partition, names.map(rowKeyOf));
  const stored = new Map<Name, Stored>();
  for (const name of names) {
    const row = rows.get(rowKeyOf(name));
    if (row) stored.set(name, fromRow(row));
  }
  return stored;
}

/** Reads all placeholders that could be made for a user and are taken, and if it is licensed, their addresses too. */
export async function readPlaceholders(
  partition: Partition,
  { exported: { userPrincipalName, exchangeLicensed } }: DirectoryObject,
  form: PlaceholderForm,
): Promise<ReadonlyMap<ValueKey, StoredValue>> {
  const prefix = placeholderPrefix(userPrincipalName ?? '', form);
  const names = await readNumbered(partition, upnKey(prefix));
  return exchangeLicensed ? new Map([...names, ...(await readNumbered(partition, smtpKey(prefix)))]) : names;
}

/** Reads the values that go on after a prefix with a digit. */
async function readNumbered(partition: Partition, prefix: ValueKey): Promise<ReadonlyMap<ValueKey, StoredValue>> {
  const stored = new Map<ValueKey, StoredValue>();
  const start = valueRowKey(prefix);
  const range = { from: `${start}0`, below: `${start}:` };
  for await (const page of readPages(partition, range)) {
    for (const row of page) {
      // A placeholder has none of the characters that are escaped in a key but those of its prefix.
      stored.set(`${prefix}${row.rowKey.slice(start.length)}` as ValueKey, valueFromRow(row));
    }
  }
  return stored;
}
