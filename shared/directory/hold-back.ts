/** Holding back: an object on its way to a state in which it has values that others have not given up yet. */
import { desiredAddresses, type DirectoryObject, type QuarantinedValue } from './objects.ts';
import { upnKey, type ValueKey } from './values.ts';

/**
 * Gives an object as it is while it waits for some of its values: they are quarantined, as if it had been exported
 * before those that give them up.
 *
 * Needed only where a ring of exchanges is too long for one write. `placeholderFor` chooses a placeholder for a UPN.
 */
export function holdBack(
  object: DirectoryObject,
  keys: readonly ValueKey[],
  { now, placeholderFor }: { now: Date; placeholderFor: (userPrincipalName: string) => string | null },
): DirectoryObject {
  const held = new Set(keys);
  const whenStarted = now.toISOString();
  const name = object.exported.userPrincipalName;
  const waitsForName = name !== null && held.has(upnKey(name));
  const placeholder = waitsForName ? placeholderFor(name) : object.placeholder;
  if (waitsForName && placeholder === null) throw new Error(`No placeholder is free for "${name}"`);
  const quarantined: QuarantinedValue[] = waitsForName
    ? [{ propertyName: 'UserPrincipalName', propertyValue: name, whenStarted }]
    : [];
  for (const { key, address } of desiredAddresses(object.exported, placeholder ?? name)) {
    if (held.has(key)) quarantined.push({ propertyName: 'ProxyAddresses', propertyValue: address, whenStarted });
  }
  return { ...object, placeholder, quarantined: [...quarantined, ...object.quarantined] };
}
