/** Finds the holders of quarantined values, reading each value and each holder once. */
import {
  quarantinedValues,
  type DirectoryObject,
  quarantinedKey,
  type QuarantinedValue,
} from '../../directory/objects.ts';
import {
  type Holder,
  holderFrom,
  type ObjectReference,
  type ProvisioningError,
  provisioningError,
  referenceTo,
} from '../../directory/provisioning-error.ts';
import type { ValueKey } from '../../directory/values.ts';
import type { Partition } from '../../store/partition.ts';
import { forObjects, readValues } from '../../store/read-directory.ts';
import type { KnownRows } from '../../store/write-context.ts';

/** Returns the holder of a value; null if the value is vacant. */
export type HolderLookup = (key: ValueKey) => Holder | null;

/** Finds the holders of values. Known rows are not read again, and of each holder only a reference is kept in memory. */
export async function findHolders(
  partition: Partition,
  keys: ReadonlySet<ValueKey>,
  known: KnownRows = { objects: new Map(), values: new Map() },
): Promise<HolderLookup> {
  const unknownValues = [...keys].filter((key) => !known.values.has(key));
  const read = await readValues(partition, unknownValues);
  const heldKeys = new Map<string, ValueKey[]>();
  for (const key of keys) {
    const holder = (known.values.get(key) ?? read.get(key))?.holder;
    if (!holder) continue;
    const held = heldKeys.get(holder) ?? [];
    held.push(key);
    heldKeys.set(holder, held);
  }
  const holders = new Map<ValueKey, Holder | null>();
  const addHolder = (object: DirectoryObject): void => {
    for (const key of heldKeys.get(object.sourceAnchor) ?? []) holders.set(key, holderFrom(key, object));
  };
  const unknownObjects: string[] = [];
  for (const sourceAnchor of heldKeys.keys()) {
    const stored = known.objects.get(sourceAnchor);
    if (stored?.object) addHolder(stored.object);
    if (!stored) unknownObjects.push(sourceAnchor);
  }
  await forObjects(partition, unknownObjects, addHolder);
  return (key) => holders.get(key) ?? null;
}

/** Returns all values that are quarantined on some objects. */
export function quarantinedOn(objects: Iterable<DirectoryObject>): ReadonlySet<ValueKey> {
  const keys = new Set<ValueKey>();
  for (const object of objects) for (const key of quarantinedValues(object).keys()) keys.add(key);
  return keys;
}

/** Returns the provisioning errors of an object. */
export function provisioningErrorsOf(object: DirectoryObject, holders: HolderLookup): readonly ProvisioningError[] {
  const reference = referenceTo(object);
  return object.quarantined.map((quarantined) => errorOf(reference, quarantined, holders));
}

/** Returns one provisioning error, with its holder. */
export function errorOf(
  object: ObjectReference,
  quarantined: QuarantinedValue,
  holders: HolderLookup,
): ProvisioningError {
  return provisioningError(object, quarantined, holders(quarantinedKey(quarantined)));
}
