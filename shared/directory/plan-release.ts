/** Plans the release of vacant values to objects that wait for them. Behaviour 6. */
import { type ValueState, upnKey, type ValueKey } from './values.ts';
import {
  quarantinedValues,
  desiredAddresses,
  type DirectoryObject,
  heldValues,
  type QuarantinedValue,
  type Wait,
} from './objects.ts';

/** An object that waits for a value. */
export type Waiter = { readonly sourceAnchor: string } & Wait;

/** Returns the object that has waited longest. Behaviour 6. */
export function longestWaiting(waiters: readonly Waiter[]): Waiter | undefined {
  return waiters.reduce<Waiter | undefined>(
    (first, waiter) => (first && compareWaiters(first, waiter) <= 0 ? first : waiter),
    undefined,
  );
}

/**
 * Compares two objects that wait for one value: negative if the first gets it before the second.
 *
 * Objects that were quarantined by one export wait in the order of its list; the source anchor decides only between
 * objects with the same moment and place.
 */
export function compareWaiters(left: Waiter, right: Waiter): number {
  if (left.whenStarted !== right.whenStarted) return left.whenStarted < right.whenStarted ? -1 : 1;
  const places = (left.place ?? 0) - (right.place ?? 0);
  if (places !== 0 || left.sourceAnchor === right.sourceAnchor) return places;
  return left.sourceAnchor < right.sourceAnchor ? -1 : 1;
}

/**
 * Returns an object after the release of some values to it, each spelled as it was exported.
 *
 * A UPN replaces the placeholder. It also changes the calculated address of a licensed user; if that is taken, it is
 * quarantined, as in an export. A value that is not in `values` is vacant.
 */
export function planRelease(
  object: DirectoryObject,
  released: ReadonlySet<ValueKey>,
  { values, now }: { values: ReadonlyMap<ValueKey, ValueState>; now: Date },
): DirectoryObject {
  const name = object.exported.userPrincipalName;
  const getsName = name !== null && released.has(upnKey(name));
  const placeholder = getsName ? null : object.placeholder;
  const held = heldValues(object);
  const earlier = quarantinedValues(object);

  const quarantined: QuarantinedValue[] = [];
  const ownName = name === null ? undefined : earlier.get(upnKey(name));
  if (ownName && !getsName) quarantined.push(ownName);
  for (const { key, address } of desiredAddresses(object.exported, placeholder ?? name)) {
    if (held.has(key) || released.has(key)) continue;
    const ongoing = earlier.get(key);
    if (ongoing) quarantined.push(ongoing);
    else if (isTaken(values.get(key))) {
      quarantined.push({ propertyName: 'ProxyAddresses', propertyValue: address, whenStarted: now.toISOString() });
    }
  }
  return { ...object, placeholder, quarantined };
}

function isTaken(value: ValueState | undefined): boolean {
  return value !== undefined && (value.holder !== null || value.waiting > 0);
}

/**
 * Returns the values, besides the released ones, that must be known before a release can be planned: with its own UPN a
 * licensed user gets another calculated address, and stops waiting for the address of its placeholder.
 */
export function valuesInQuestionOfRelease(
  object: DirectoryObject,
  released: ReadonlySet<ValueKey>,
): ReadonlySet<ValueKey> {
  const { exported } = object;
  const own = exported.userPrincipalName;
  if (own === null || object.placeholder === null || !released.has(upnKey(own))) return new Set();
  const keysWith = (userPrincipalName: string): ReadonlySet<ValueKey> =>
    new Set(desiredAddresses(exported, userPrincipalName).map(({ key }) => key));
  const changing = keysWith(own).symmetricDifference(keysWith(object.placeholder));
  const held = heldValues(object);
  return new Set([...changing].filter((key) => !held.has(key) && !released.has(key)));
}
