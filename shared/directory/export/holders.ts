/** Which objects of an export desire a value, which of them first, and whether the value is available to them. */
import { quarantinedValues, type DesiredAddress } from '../objects.ts';
import type { DesiredObject } from '../operation.ts';
import type { ValueKey, ValueState } from '../values.ts';
import { heldBefore, type Intent, unchangedSince } from './fold-export.ts';

/** The objects of an export, and the holders of the values that they desire. */
export type Holders = {
  readonly intents: ReadonlyMap<string, Intent>;
  readonly values: ReadonlyMap<ValueKey, ValueState>;
  readonly isVacant: (key: ValueKey) => boolean;
  /** The objects of the export that waited for a value before it. */
  readonly waiting: ReadonlyMap<ValueKey, readonly Intent[]>;
};

/** One round of allocation. A round is about the UPNs, the SMTP addresses or the addresses of another type. */
export type Round = {
  /** Returns the addresses that an object desires by the export as a whole. */
  readonly desired: (intent: Intent) => readonly DesiredAddress[];
  /** Returns the addresses that an object desired after one of its operations. */
  readonly desiredAt: (state: DesiredObject, intent: Intent) => readonly DesiredAddress[];
};

/** Reports whether an object still desires, after the export, a value that it holds or waits for. */
export type StillDesires = (intent: Intent, key: ValueKey) => boolean;

const noValues: ReadonlySet<ValueKey> = new Set();

/** Returns the holders for an export. Values in `alreadyVacated` are vacant for it, even if other objects wait for them. */
export function holdersOf(
  intents: Holders['intents'],
  values: Holders['values'],
  alreadyVacated: ReadonlySet<ValueKey> = noValues,
): Holders {
  const waiting = new Map<ValueKey, Intent[]>();
  for (const intent of intents.values()) {
    if (!intent.before) continue;
    for (const key of quarantinedValues(intent.before).keys()) {
      const others = waiting.get(key);
      if (others) others.push(intent);
      else waiting.set(key, [intent]);
    }
  }
  const isVacant = (key: ValueKey): boolean => {
    const value = values.get(key);
    // An unknown value is vacant, unless an object of the export waits for it: then it was not in question.
    if (!value) return !waiting.has(key);
    return value.holder === null && (value.waiting === 0 || alreadyVacated.has(key));
  };
  return { intents, values, isVacant, waiting };
}

/** Reports whether the object of an intent already holds a value. */
export function isHeld(key: ValueKey, intent: Intent): boolean {
  return intent.continues && heldBefore(intent).has(key);
}

/**
 * Reports whether a value is available to this export: it is vacant, or an object of the export vacates it. Behaviour 4.3.
 *
 * A vacant value that objects wait for belongs to them, unless all of them stop waiting in this export. Behaviour 4.6.
 */
export function isAvailable(key: ValueKey, holders: Holders, stillDesires: StillDesires): boolean {
  const { intents, values, isVacant, waiting } = holders;
  if (isVacant(key)) return true;
  const value = values.get(key);
  if (!value) return false;
  if (value.holder === null) {
    const stopping = waiting.get(key)?.filter((waiter) => !(waiter.continues && stillDesires(waiter, key))) ?? [];
    return stopping.length === value.waiting;
  }
  const holder = intents.get(value.holder);
  return holder !== undefined && heldBefore(holder).has(key) && !(holder.continues && stillDesires(holder, key));
}

/** Visits each value that an object of the export desires and does not hold. */
export function forEachDesired(
  holders: Holders,
  { desired }: Round,
  visit: (key: ValueKey, intent: Intent) => void,
): void {
  for (const intent of holders.intents.values()) {
    if (!intent.desired || intent.states.length === 0) continue;
    for (const { key } of desired(intent)) if (!isHeld(key, intent)) visit(key, intent);
  }
}

/** Returns, for each value that is desired and not held, the object that desires it first in the list. Behaviour 4.5. */
export function firstDesiring(holders: Holders, round: Round): ReadonlyMap<ValueKey, Intent> {
  const firsts = new Map<ValueKey, Intent>();
  forEachDesired(holders, round, (key, intent) => {
    const first = firsts.get(key);
    if (!first || desiredSince(key, intent, round) < desiredSince(key, first, round)) firsts.set(key, intent);
  });
  return firsts;
}

/** Returns the index of the operation since which an object has desired a value without a break. */
export function desiredSince(key: ValueKey, intent: Intent, { desiredAt }: Round): number {
  return unchangedSince(intent, (state) => desiredAt(state, intent).some((desired) => desired.key === key));
}
