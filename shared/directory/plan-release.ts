/** Planning a release: what becomes of an object that gets values it waited for. Section 6 of the behaviour. */
import type { ValueState } from './claims.ts';
import {
  awaitedValues,
  desiredAddresses,
  type DirectoryObject,
  heldValues,
  type QuarantinedValue,
  userPrincipalNameOf,
} from './objects.ts';
import { upnKey, type ValueKey } from './values.ts';

/** One who waits for a value. */
export type Waiter = { readonly sourceAnchor: string; readonly whenStarted: string };

/** Gives the one who has waited longest; among those who began at the same time, the first source anchor. */
export function longestWaiting(waiters: readonly Waiter[]): Waiter | undefined {
  return waiters.reduce<Waiter | undefined>(
    (first, waiter) => (first && !isBefore(waiter, first) ? first : waiter),
    undefined,
  );
}

function isBefore(left: Waiter, right: Waiter): boolean {
  if (left.whenStarted !== right.whenStarted) return left.whenStarted < right.whenStarted;
  return left.sourceAnchor < right.sourceAnchor;
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

/** Gives the value of the calculated address that a user gets with its own UPN, where it is new to the object. */
export function addressWithOwnName(object: DirectoryObject): ValueKey | null {
  const { exported } = object;
  const now = new Set(desiredAddresses(exported, userPrincipalNameOf(object)).map(({ key }) => key));
  return desiredAddresses(exported, exported.userPrincipalName).find(({ key }) => !now.has(key))?.key ?? null;
}
