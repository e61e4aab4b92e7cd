/** The operations for one object, and the values that it desires. Pure. */
import { hash } from 'node:crypto';
import { desiredAddresses } from '../../shared/directory/objects.ts';
import { upnKey, type ValueKey } from '../../shared/directory/values.ts';
import type { MappedObject } from '../map/mapper.ts';

/** An operation in the JSON form of the API. */
export type PlannedOperation = Readonly<Record<string, unknown>>;

/** Returns a hash of an object. It ignores the order of values, because a directory does not keep it. */
export function hashOf(object: MappedObject): Uint8Array {
  const { proxyAddresses, attributes, ...rest } = object;
  const sorted = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value].sort(),
  ]);
  return hash('sha256', JSON.stringify([rest, [...proxyAddresses].sort(), sorted]), 'buffer');
}

/** Returns the operation that sends a whole object, new or not. */
export function addOf(object: MappedObject): PlannedOperation {
  const { sourceAnchor, objectType, displayName, userPrincipalName, mail, proxyAddresses, attributes } = object;
  return {
    operation: 'add',
    sourceAnchor,
    objectType,
    ...(displayName === null ? {} : { displayName }),
    ...(userPrincipalName === null ? {} : { userPrincipalName }),
    ...(mail === null ? {} : { mail }),
    ...(proxyAddresses.length === 0 ? {} : { proxyAddresses }),
    ...(object.exchangeLicensed ? { exchangeLicensed: true } : {}),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

/** Returns the operation that sends the changed properties of an object; null clears a property. */
export function updateOf(before: MappedObject, after: MappedObject): PlannedOperation {
  const names = ['displayName', 'userPrincipalName', 'mail', 'proxyAddresses', 'exchangeLicensed'] as const;
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const attributes = changedAttributes(before.attributes, after.attributes);
  return {
    operation: 'update',
    sourceAnchor: after.sourceAnchor,
    ...(before.objectType === after.objectType ? {} : { objectType: after.objectType }),
    ...Object.fromEntries(changed.map((name) => [name, after[name]])),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

function changedAttributes(
  before: MappedObject['attributes'],
  after: MappedObject['attributes'],
): Record<string, string | readonly string[] | null> {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value),
  );
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...changed]);
}

/** Returns the operation that deletes an object. */
export function deleteOf(sourceAnchor: string): PlannedOperation {
  return { operation: 'delete', sourceAnchor };
}

/** Returns the values that an object desires. */
export function desiredValues(object: MappedObject): ReadonlySet<ValueKey> {
  const { userPrincipalName } = object;
  const addresses = desiredAddresses(object, userPrincipalName).map(({ key }) => key);
  return new Set(userPrincipalName === null ? addresses : [upnKey(userPrincipalName), ...addresses]);
}
