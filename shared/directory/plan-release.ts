/** Planning a release: what becomes of an object that gets values it waited for. Section 6 of the behaviour. */
import type { ValueState } from './claims.ts';
import {
  awaitedValues,
  desiredAddresses,
  type DirectoryObject,
  heldValues,
  type QuarantinedValue,
  type Wait,
} from './objects.ts';
import { upnKey, type ValueKey } from './values.ts';

/** An object that waits for a value, and since when. */
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
 * objects of which neither the moment nor the place differs.
 */
export function compareWaiters(left: Waiter, right: Waiter): number {
  if (left.whenStarted !== right.whenStarted) return left.whenStarted < right.whenStarted ? -1 : 1;
  const places = (left.place ?? 0) - (right.place ?? 0);
  if (places !== 0 || left.sourceAnchor === right.sourceAnchor) return places;
  return left.sourceAnchor < right.sourceAnchor ? -1 : 1;
}

/**
 * Gives an object as it is when it has got the given values, each put back exactly as it was exported.
 *
 * A UPN replaces the placeholder. It also changes the calculated address of a licensed user, which may be taken: then
 * that is quarantined, as an export would do. `values` says what is known of it; what is not there is free.
 */
export function release(
  object: DirectoryObject,
  granted: ReadonlySet<ValueKey>,
  { values, now }: { values: ReadonlyMap<ValueKey, ValueState>; now: Date },
): DirectoryObject {
  const name = object.exported.userPrincipalName;
  const getsName = name !== null && granted.has(upnKey(name));
  const placeholder = getsName ? null : object.placeholder;
  const held = heldValues(object);
  const awaited = awaitedValues(object);

  const quarantined: QuarantinedValue[] = [];
  const ownName = name === null ? undefined : awaited.get(upnKey(name));
  if (ownName && !getsName) quarantined.push(ownName);
  for (const { key, address } of desiredAddresses(object.exported, placeholder ?? name)) {
    if (held.has(key) || granted.has(key)) continue;
    const standing = awaited.get(key);
    if (standing) quarantined.push(standing);
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
 * Returns the values, beside those granted, that must be known before a release can be planned: with its own UPN a
 * licensed user gets another calculated address, and no longer waits for the address of its placeholder.
 */
export function valuesInQuestionOfRelease(
  object: DirectoryObject,
  granted: ReadonlySet<ValueKey>,
): ReadonlySet<ValueKey> {
  const { exported } = object;
  const own = exported.userPrincipalName;
  if (own === null || object.placeholder === null || !granted.has(upnKey(own))) return new Set();
  const keysWith = (userPrincipalName: string): ReadonlySet<ValueKey> =>
    new Set(desiredAddresses(exported, userPrincipalName).map(({ key }) => key));
  const changing = keysWith(own).symmetricDifference(keysWith(object.placeholder));
  const held = heldValues(object);
  return new Set([...changing].filter((key) => !held.has(key) && !granted.has(key)));
}
