/** An object on its way to a state whose values other objects have not vacated yet. */
import {
  desiredAddresses,
  type DirectoryObject,
  type PropertyName,
  type QuarantinedValue,
  quarantinedValues,
} from '../objects.ts';
import { isSmtp, proxyAddressKey, upnKey, type ValueKey } from '../values.ts';

const noneQuarantined: ReadonlyMap<ValueKey, QuarantinedValue> = new Map();

type Way = {
  readonly before: DirectoryObject | undefined;
  readonly now: Date;
  /** Chooses a placeholder for a UPN; null if none is left. */
  readonly placeholderFor: (userPrincipalName: string) => string | null;
};

/**
 * Returns an object that waits for some of its values, as if it had been exported before the objects that vacate them.
 * Addresses of another type than SMTP cannot be quarantined: they are left out until the object gets them.
 *
 * A value that the object waited for `before` keeps its place. The placeholder is a new one: another object of the export
 * may take the present one.
 *
 * Needed only if a ring of exchanges is too long for one transaction.
 */
export function waitForValues(
  object: DirectoryObject,
  keys: readonly ValueKey[],
  { before, now, placeholderFor }: Way,
): DirectoryObject {
  const waiting = new Set(keys);
  const name = object.exported.userPrincipalName;
  const placeholder =
    name !== null && waiting.has(upnKey(name)) ? mustChoose(name, placeholderFor) : object.placeholder;
  const proxyAddresses = object.exported.proxyAddresses.filter(
    (address) => isSmtp(address) || !waiting.has(proxyAddressKey(address)),
  );
  const exported = { ...object.exported, proxyAddresses };

  const waitedFor = before?.objectId === object.objectId ? quarantinedValues(before) : noneQuarantined;
  const known = quarantinedValues(object);
  const quarantined: QuarantinedValue[] = [];
  const quarantine = (key: ValueKey, propertyName: PropertyName, propertyValue: string): void => {
    const ongoing = known.get(key);
    if (ongoing) quarantined.push(ongoing);
    else if (waiting.has(key)) {
      const since = waitedFor.get(key) ?? { whenStarted: now.toISOString() };
      quarantined.push({ ...since, propertyName, propertyValue });
    }
  };
  if (name !== null) quarantine(upnKey(name), 'UserPrincipalName', name);
  for (const { key, address } of desiredAddresses(exported, placeholder ?? name)) {
    quarantine(key, 'ProxyAddresses', address);
  }
  return { ...object, exported, placeholder, quarantined };
}

function mustChoose(name: string, placeholderFor: Way['placeholderFor']): string {
  const placeholder = placeholderFor(name);
  if (placeholder === null) throw new Error(`No placeholder is left for "${name}"`);
  return placeholder;
}
