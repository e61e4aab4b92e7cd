/** Finds who holds the values that objects wait for, each value and each holder once. */
import { awaitedValues, type DirectoryObject, quarantinedKey, type QuarantinedValue } from '../directory/objects.ts';
import {
  type ObjectReference,
  type ProvisioningError,
  provisioningError,
  referenceTo,
} from '../directory/provisioning-errors.ts';
import type { ValueKey } from '../directory/values.ts';
import type { Partition } from '../store/partition.ts';
import { readObjects, readValues } from '../store/read-directory.ts';
import type { KnownRows } from '../store/row-actions.ts';

/** Tells who holds a value; undefined while nobody does. */
export type HolderLookup = (key: ValueKey) => DirectoryObject | undefined;

/** Looks up the holders of values: what is known is taken from there, the rest is read. */
export async function findHolders(
  partition: Partition,
  keys: ReadonlySet<ValueKey>,
  known: KnownRows = { objects: new Map(), values: new Map() },
): Promise<HolderLookup> {
  const unknownValues = [...keys].filter((key) => !known.values.has(key));
  const values = new Map([...known.values, ...(await readValues(partition, unknownValues))]);
  const holders = new Set([...keys].flatMap((key) => values.get(key)?.holder ?? []));
  const unknownObjects = [...holders].filter((sourceAnchor) => !known.objects.has(sourceAnchor));
  const objects = new Map([...known.objects, ...(await readObjects(partition, unknownObjects))]);
  return (key) => objects.get(values.get(key)?.holder ?? '')?.object;
}

/** Gives all the values that objects wait for. */
export function awaitedBy(objects: Iterable<DirectoryObject>): ReadonlySet<ValueKey> {
  const keys = new Set<ValueKey>();
  for (const object of objects) for (const key of awaitedValues(object).keys()) keys.add(key);
  return keys;
}

/** Writes the provisioning errors of an object. */
export function provisioningErrorsOf(object: DirectoryObject, holderOf: HolderLookup): readonly ProvisioningError[] {
  const reference = referenceTo(object);
  return object.quarantined.map((quarantined) => errorOf(reference, quarantined, holderOf));
}

/** Writes one provisioning error. */
export function errorOf(
  object: ObjectReference,
  quarantined: QuarantinedValue,
  holderOf: HolderLookup,
): ProvisioningError {
  return provisioningError(object, quarantined, holderOf(quarantinedKey(quarantined)));
}
