import {
  awaitedValues,
  type DirectoryObject,
  heldValues,
  quarantinedKey,
  userPrincipalNameOf,
} from '../../shared/directory/objects.ts';
import { type ValueKey } from '../../shared/directory/values.ts';
import { errorRowKey, keysFrom, objectRowKey, vacatedRowKey, valueRowKey } from '../../shared/store/keys.ts';
import { type Partition, readPages } from '../../shared/store/partition.ts';
import { objectFromRow, type ReadRow, valueFromRow } from '../../shared/store/rows.ts';

/** Reads all rows of a tenant, by row key. */
export async function readAll(partition: Partition): Promise<ReadonlyMap<string, ReadRow>> {
  const rows = new Map<string, ReadRow>();
  for await (const page of readPages(partition, { from: ' ', below: '~' })) {
    for (const row of page) rows.set(row.rowKey, row);
  }
  return rows;
}

/** Checks the invariants of a tenant against its rows; gives what is wrong, in words. */
export async function audit(partition: Partition): Promise<readonly string[]> {
  const rows = await readAll(partition);
  const objects: DirectoryObject[] = [];
  for (const [rowKey, row] of rows) {
    if (!rowKey.startsWith('object|')) continue;
    const stored = objectFromRow(row);
    if (stored.object) objects.push(stored.object);
  }
  return [...wrongObjects(objects, rows), ...wrongValues(objects, rows), ...strayErrors(objects, rows)];
}

function wrongObjects(objects: readonly DirectoryObject[], rows: ReadonlyMap<string, ReadRow>): string[] {
  const wrong: string[] = [];
  for (const object of objects) {
    if (!rows.has(objectRowKey(object.sourceAnchor))) wrong.push(`object ${object.sourceAnchor} has another row key`);
    if (object.objectType === 'User' && !userPrincipalNameOf(object))
      wrong.push(`user ${object.sourceAnchor} has no UPN`);
    for (const quarantined of object.quarantined) {
      const key = errorRowKey(quarantinedKey(quarantined), quarantined.whenStarted, object.sourceAnchor);
      if (!rows.has(key)) wrong.push(`object ${object.sourceAnchor} lacks the error row ${key}`);
    }
  }
  return wrong;
}

function wrongValues(objects: readonly DirectoryObject[], rows: ReadonlyMap<string, ReadRow>): string[] {
  const wrong: string[] = [];
  const holders = new Map<ValueKey, string[]>();
  const waiting = new Map<ValueKey, number>();
  for (const object of objects) {
    for (const key of heldValues(object)) holders.set(key, [...(holders.get(key) ?? []), object.sourceAnchor]);
    for (const key of awaitedValues(object).keys()) waiting.set(key, (waiting.get(key) ?? 0) + 1);
  }
  const expected = new Set<string>();
  for (const key of new Set([...holders.keys(), ...waiting.keys()])) {
    expected.add(valueRowKey(key));
    const row = rows.get(valueRowKey(key));
    const value = row && valueFromRow(row);
    const holding = holders.get(key) ?? [];
    if (holding.length > 1) wrong.push(`value ${key} has the holders ${holding.join(', ')}`);
    if (!value) wrong.push(`value ${key} has no row`);
    else if (value.holder !== (holding[0] ?? null)) wrong.push(`value ${key} names ${value.holder}, not ${holding[0]}`);
    else if (value.waiting !== (waiting.get(key) ?? 0)) wrong.push(`value ${key} counts ${value.waiting} waiting`);
    if (value?.vacatedBy && !rows.has(vacatedRowKey(key, value.vacatedBy))) wrong.push(`value ${key} is vacant unseen`);
    if (value?.holder === null && !value.vacatedBy) wrong.push(`value ${key} is vacant since never`);
  }
  for (const [rowKey, row] of rows) {
    if (!rowKey.startsWith('value|') || expected.has(rowKey)) continue;
    const { holder, waiting: count } = valueFromRow(row);
    if (holder !== null || count !== 0)
      wrong.push(`row ${rowKey} names ${holder} and ${count} waiting, but nobody does`);
  }
  return wrong;
}

function strayErrors(objects: readonly DirectoryObject[], rows: ReadonlyMap<string, ReadRow>): string[] {
  const standing = new Set(
    objects.flatMap((object) =>
      object.quarantined.map((entry) => errorRowKey(quarantinedKey(entry), entry.whenStarted, object.sourceAnchor)),
    ),
  );
  const errors = [...rows.keys()].filter((rowKey) => inRange(rowKey, 'error|'));
  return errors.filter((rowKey) => !standing.has(rowKey)).map((rowKey) => `row ${rowKey} belongs to no object`);
}

function inRange(rowKey: string, prefix: string): boolean {
  const { from, below } = keysFrom(prefix);
  return rowKey >= from && rowKey < below;
}
