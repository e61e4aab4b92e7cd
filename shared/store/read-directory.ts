/** Reads objects and values of a tenant by name. */
import type { DirectoryObject } from '../directory/objects.ts';
import { placeholderPrefix, type PlaceholderForm } from '../directory/placeholder.ts';
import { smtpKey, upnKey, type ValueKey } from '../directory/values.ts';
import { objectRowKey, valueRowKey } from './keys.ts';
import { type Partition, readPages } from './partition.ts';
import { forRows, readRows } from './read-rows.ts';
import { type StoredValue, valueFromRow } from './value-row.ts';
import { objectFromRow, type StoredObject } from './object-row.ts';

/** Reads the stored objects of the given source anchors. A deleted object is included until the sweep removes its row. */
export async function readObjects(
  partition: Partition,
  sourceAnchors: readonly string[],
): Promise<Map<string, StoredObject>> {
  return readNamed(partition, sourceAnchors, { rowKeyOf: objectRowKey, fromRow: objectFromRow });
}

/** Calls `look` with each object that exists, one after another, in no order: for reading a little of many objects. */
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

/** Reads values. A vacant value that no object waits for may be missing from the result. */
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

/** Reads all taken placeholders of a user's form; for a licensed user also the addresses of that form. Behaviour 4.7. */
export async function readPlaceholders(
  partition: Partition,
  { exported: { userPrincipalName, exchangeLicensed } }: DirectoryObject,
  form: PlaceholderForm,
): Promise<ReadonlyMap<ValueKey, StoredValue>> {
  const prefix = placeholderPrefix(userPrincipalName ?? '', form);
  const names = await readNumbered(partition, upnKey(prefix));
  return exchangeLicensed ? new Map([...names, ...(await readNumbered(partition, smtpKey(prefix)))]) : names;
}

/** Reads the values that continue a prefix with a digit. */
async function readNumbered(partition: Partition, prefix: ValueKey): Promise<ReadonlyMap<ValueKey, StoredValue>> {
  const stored = new Map<ValueKey, StoredValue>();
  const start = valueRowKey(prefix);
  const range = { from: `${start}0`, below: `${start}:` };
  for await (const page of readPages(partition, range)) {
    for (const row of page) {
      // After its prefix, a placeholder has no character that is escaped in a key.
      stored.set(`${prefix}${row.rowKey.slice(start.length)}` as ValueKey, valueFromRow(row));
    }
  }
  return stored;
}
