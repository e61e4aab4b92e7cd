/**
 * Cutting a transition that is too large for one write into parts.
 *
 * Each part is a transition of its own from one whole state of the object to another, with fewer addresses: whoever
 * reads in between, or finds what an interrupted write left, sees an object that is in order. The same operation
 * again goes on from there.
 */
import { type ValueChanges, valueChanges } from './changes.ts';
import {
  desiredAddresses,
  type DirectoryObject,
  quarantinedKey,
  type QuarantinedValue,
  userPrincipalNameOf,
} from './objects.ts';
import type { Transition } from './plan-export.ts';
import { isPrimary, proxyAddressKey, type ValueKey } from './values.ts';

/** A transition as it is written. */
export type WrittenTransition = Transition & {
  /** There is more to come of this object in the same operation. */
  readonly isPart?: boolean;
  /** The object as its error rows show it, where that is not `after`: the object when all parts are written. */
  readonly shownAs?: DirectoryObject | undefined;
  /** The standing errors whose rows are to be written again; all that need it where it is left out. */
  readonly restamp?: ReadonlySet<ValueKey>;
};

/**
 * An address changes at most so many rows: the value, the error, the history, and its vacancy twice. The first object
 * that waits for a vacant value ends the vacancy and begins another.
 */
const rowsPerAddress = 5;
/** What else a part can write: the object, its UPN and calculated addresses. */
const otherRows = 12;

/** Cuts a transition into parts of at most `rows` rows each; gives it as it is where it has no more than that. */
export function cutTransition(transition: Transition, rows: number): readonly WrittenTransition[] {
  const { sourceAnchor, before, after } = transition;
  const changes = valueChanges(transition);
  const { taken, givenUp, started, stopped, kept } = changes;
  if (mostRows(changes) <= rows) return [transition];
  const addressesPerPart = Math.max(1, Math.floor((rows - otherRows) / rowsPerAddress));
  // An object that was deleted and added again has no place to keep: it has what is free, and the one before stops to wait.
  const gained = new Set(before?.objectId === after?.objectId ? taken : []);
  const standing: Standing = new Map(
    stopped.filter(({ key }) => gained.has(key)).map(({ key, quarantined }) => [key, quarantined]),
  );
  const leaving = new Set([...givenUp, ...stopped.map(({ key }) => key).filter((key) => !gained.has(key))]);
  const coming = new Set([...taken, ...started.map(({ key }) => key)]);
  const leadingDown = statesBetween(before, leaving, { addressesPerPart }).reverse().slice(1);
  const states = [
    ...leadingDown,
    ...(after ? statesBetween(after, coming, { addressesPerPart, standing }) : [undefined]),
  ];
  const restamped = chunksOf(kept, rows - otherRows).map((some) => new Set(some.map(({ key }) => key)));
  const parts: WrittenTransition[] = restamped.map((restamp) => ({
    sourceAnchor,
    before,
    after: before,
    isPart: true,
    shownAs: after,
    restamp,
  }));
  let previous = before;
  for (const [index, state] of states.entries()) {
    const isPart = index < states.length - 1;
    parts.push({ sourceAnchor, before: previous, after: state, isPart, shownAs: after, restamp: new Set() });
    previous = state;
  }
  return parts;
}

function mostRows({ taken, givenUp, started, stopped, kept }: ValueChanges): number {
  const values = 2 * (taken.length + givenUp.length);
  return 2 + values + rowsPerAddress * started.length + 4 * stopped.length + kept.length;
}

/**
 * Gives the states on the way to an object that lacks the given addresses, from the barest to the whole object.
 *
 * The first primary stays in all of them: without one, `mail` would become the primary. So does an address that the
 * object would ask for all the same, because it is its `mail` or UPN too. What is `standing`, the object waited for and
 * gets on the way: until then it goes on waiting, and keeps its place.
 */
function statesBetween(
  object: DirectoryObject | undefined,
  keys: ReadonlySet<ValueKey>,
  { addressesPerPart, standing = nothing }: { addressesPerPart: number; standing?: Standing },
): DirectoryObject[] {
  if (!object) return [];
  const { exported } = object;
  const barest = { ...exported, proxyAddresses: exported.proxyAddresses.filter(isPrimary).slice(0, 1) };
  const staying = new Set(desiredAddresses(barest, userPrincipalNameOf(object)).map(({ key }) => key));
  const removable = new Set(
    exported.proxyAddresses.map(proxyAddressKey).filter((key) => keys.has(key) && !staying.has(key)),
  );
  const chunks = chunksOf([...removable], addressesPerPart);
  const states = chunks.map((_, index) => without(object, new Set(chunks.slice(index).flat()), standing));
  return [...states, object];
}

type Standing = ReadonlyMap<ValueKey, QuarantinedValue>;

const nothing: Standing = new Map();

function without(object: DirectoryObject, addresses: ReadonlySet<ValueKey>, standing: Standing): DirectoryObject {
  const { exported, quarantined } = object;
  const isAskedFor = (key: ValueKey): boolean => !addresses.has(key) || standing.has(key);
  const waiting = [...addresses].flatMap((key) => standing.get(key) ?? []);
  return {
    ...object,
    exported: {
      ...exported,
      proxyAddresses: exported.proxyAddresses.filter((address) => isAskedFor(proxyAddressKey(address))),
    },
    quarantined: [...quarantined.filter((entry) => !addresses.has(quarantinedKey(entry))), ...waiting],
  };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
