/** Holding back: an object on its way to a state in which it has values that others have not given up yet. */
import {
  awaitedValues,
  desiredAddresses,
  type DirectoryObject,
  type PropertyName,
  type QuarantinedValue,
} from './objects.ts';
import { isSmtp, proxyAddressKey, upnKey, type ValueKey } from './values.ts';

const noneAwaited: ReadonlyMap<ValueKey, QuarantinedValue> = new Map();

/**
 * Gives an object as it is while it waits for some of its values: they are quarantined, as if it had been exported
 * before those that give them up. Addresses of another type than SMTP, which never are, are not asked for yet.
 *
 * What the object waited for `before` it goes on waiting for, with its place, until it gets it. The placeholder is a new one:
 * somebody else of the export may take the one that it had.
 *
 * Needed only where a ring of exchanges is too long for one write. `placeholderFor` chooses a placeholder for a UPN.
 */
export function holdBack(
  object: DirectoryObject,
  keys: readonly ValueKey[],
  {
    before,
    now,
    placeholderFor,
  }: {
    before: DirectoryObject | undefined;
    now: Date;
    placeholderFor: (userPrincipalName: string) => string | null;
  },
): DirectoryObject {
  const held = new Set(keys);
  const name = object.exported.userPrincipalName;
  const waitsForName = name !== null && held.has(upnKey(name));
  const waitedFor = before?.objectId === object.objectId ? awaitedValues(before) : noneAwaited;
  const placeholder = waitsForName ? placeholderFor(name) : object.placeholder;
  if (waitsForName && placeholder === null) throw new Error(`No placeholder is free for "${name}"`);
  const proxyAddresses = object.exported.proxyAddresses.filter(
    (address) => isSmtp(address) || !held.has(proxyAddressKey(address)),
  );
  const exported = { ...object.exported, proxyAddresses };

  const awaited = awaitedValues(object);
  const quarantined: QuarantinedValue[] = [];
  const holdOff = (key: ValueKey, propertyName: PropertyName, propertyValue: string): void => {
    const standing = awaited.get(key);
    if (standing) quarantined.push(standing);
    else if (held.has(key)) {
      const since = waitedFor.get(key) ?? { whenStarted: now.toISOString() };
      quarantined.push({ ...since, propertyName, propertyValue });
    }
  };
  if (name !== null) holdOff(upnKey(name), 'UserPrincipalName', name);
  for (const { key, address } of desiredAddresses(exported, placeholder ?? name)) {
    holdOff(key, 'ProxyAddresses', address);
  }
  return { ...object, exported, placeholder, quarantined };
}
