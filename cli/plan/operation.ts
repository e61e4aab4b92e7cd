/** What is sent for one object, and which values it asks for or gives up by it. Pure. */
import { hash } from 'node:crypto';
import { desiredAddresses } from '../../shared/directory/objects.ts';
import { upnKey, type ValueKey } from '../../shared/directory/values.ts';
import type { MappedObject } from '../map/map-entry.ts';

/** Gives a hash of an object as it is sent. The order of its values does not count: a directory keeps none. */
export function hashOf(object: MappedObject): Uint8Array {
  const { proxyAddresses, attributes, ...rest } = object;
  const sorted = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value].sort(),
  ]);
  return hash('sha256', JSON.stringify([rest, [...proxyAddresses].sort(), sorted]), 'buffer');
}

/** Gives the operation that makes an object what it is, whatever it was. */
export function addOf(object: MappedObject): Record<string, unknown> {
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

/** Gives the operation that names what is new of an object; null clears. */
export function updateOf(before: MappedObject, after: MappedObject): Record<string, unknown> {
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

/** Gives the operation that deletes an object. */
export function deleteOf(sourceAnchor: string): Record<string, unknown> {
  return { operation: 'delete', sourceAnchor };
}

/** Gives the values that an object asks for. */
export function valuesOf(object: MappedObject): ReadonlySet<ValueKey> {
  const { userPrincipalName } = object;
  const addresses = desiredAddresses(object, userPrincipalName).map(({ key }) => key);
  return new Set(userPrincipalName === null ? addresses : [upnKey(userPrincipalName), ...addresses]);
}
