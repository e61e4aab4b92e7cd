/** Claims: which objects of an export ask for a value, which of them first, and whether it is free for them. */
import { askedSince, heldBefore, type Intent } from './fold-export.ts';
import { awaitedValues, type DesiredAddress } from './objects.ts';
import type { Draft } from './operations.ts';
import type { ValueKey } from './values.ts';

/** Who holds a value (a source anchor, or null while it is vacant), and how many objects wait for it. */
export type ValueState = { readonly holder: string | null; readonly waiting: number };

/** The objects of an export, and who holds what they ask for. */
export type Holders = {
  readonly intents: ReadonlyMap<string, Intent>;
  readonly values: ReadonlyMap<ValueKey, ValueState>;
  readonly isVacant: (key: ValueKey) => boolean;
  /** The objects of the export that wait for a value before it. */
  readonly waiters: ReadonlyMap<ValueKey, readonly Intent[]>;
};

/** One round of giving out: what an intent wants in it, and what a draft wants that it had on the way. */
export type Round = {
  readonly wanted: (intent: Intent) => readonly DesiredAddress[];
  readonly wantedBy: (draft: Draft, intent: Intent) => readonly DesiredAddress[];
};

/** Tells whether an object of the export goes on with a value that it holds or waits for. */
export type Keeps = (intent: Intent, key: ValueKey) => boolean;

const nothing: ReadonlySet<ValueKey> = new Set();

/** Puts the holders of an export together; `alreadyGivenUp` are values that are free for it, whoever waits. */
export function holdersOf(
  intents: Holders['intents'],
  values: Holders['values'],
  alreadyGivenUp: ReadonlySet<ValueKey> = nothing,
): Holders {
  const waiters = new Map<ValueKey, Intent[]>();
  for (const intent of intents.values()) {
    if (!intent.before) continue;
    for (const key of awaitedValues(intent.before).keys()) {
      const others = waiters.get(key);
      if (others) others.push(intent);
      else waiters.set(key, [intent]);
    }
  }
  const isVacant = (key: ValueKey): boolean => {
    const value = values.get(key);
    // A value that is not there is free, but for one that an object waits for: that was not in question.
    if (!value) return !waiters.has(key);
    return value.holder === null && (value.waiting === 0 || alreadyGivenUp.has(key));
  };
  return { intents, values, isVacant, waiters };
}

/** Tells whether the object of an intent has a value already. */
export function isHeld(key: ValueKey, intent: Intent): boolean {
  return intent.continues && heldBefore(intent).has(key);
}

/**
 * Tells whether a value is free for this export: vacant, or given up by an object of the export.
 *
 * A vacant value that others wait for is theirs, unless all of them stop waiting in this export.
 */
export function isFree(key: ValueKey, holders: Holders, keeps: Keeps): boolean {
  const { intents, values, isVacant, waiters } = holders;
  if (isVacant(key)) return true;
  const value = values.get(key);
  if (!value) return false;
  if (value.holder === null) {
    const stopping = waiters.get(key)?.filter((waiter) => !(waiter.continues && keeps(waiter, key))) ?? [];
    return stopping.length === value.waiting;
  }
  const holder = intents.get(value.holder);
  return holder !== undefined && heldBefore(holder).has(key) && !(holder.continues && keeps(holder, key));
}

/** Visits each value that an object of the export asks for and does not hold. */
export function forEachClaim(
  holders: Holders,
  { wanted }: Round,
  visit: (key: ValueKey, intent: Intent) => void,
): void {
  for (const intent of holders.intents.values()) {
    if (!intent.draft || intent.asked.length === 0) continue;
    for (const { key } of wanted(intent)) if (!isHeld(key, intent)) visit(key, intent);
  }
}

/** Finds, for each value that is asked for, who asks for it first in the list. */
export function firstClaims(holders: Holders, round: Round): ReadonlyMap<ValueKey, Intent> {
  const claims = new Map<ValueKey, Intent>();
  forEachClaim(holders, round, (key, intent) => {
    const first = claims.get(key);
    if (!first || claimedSince(key, intent, round) < claimedSince(key, first, round)) claims.set(key, intent);
  });
  return claims;
}

/** Gives the index of the operation since which an object, without a break, asks for a value. */
export function claimedSince(key: ValueKey, intent: Intent, { wantedBy }: Round): number {
  return askedSince(intent, (draft) => wantedBy(draft, intent).some((wish) => wish.key === key));
}
