/**
 * Cuts a transition that is too large for one transaction into parts.
 *
 * Each part takes the object from one valid state to another, with fewer addresses. A reader in between, or after an
 * interrupted write, finds a valid object. The same operation, sent again, completes it.
 */
import {
  desiredAddresses,
  type DirectoryObject,
  quarantinedKey,
  type QuarantinedValue,
  userPrincipalNameOf,
} from '../objects.ts';
import { isPrimary, proxyAddressKey, type ValueKey } from '../values.ts';
import { type Transition, type ValueChanges, valueChanges } from './transition.ts';

/** A transition as it is written. */
export type WrittenTransition = Transition & {
  /** More parts of the same object follow in the same run. */
  readonly isPart?: boolean;
  /** The object that its error rows show, if that is not `after`: the object once all parts are written. */
  readonly shownAs?: DirectoryObject | undefined;
  /** The ongoing errors whose rows are written again; if left out, all that need it. */
  readonly restamp?: ReadonlySet<ValueKey>;
};

/**
 * The most rows that a change of one address writes: the value, the error, the history, and its vacancy twice. The first
 * object that waits for a vacant value ends its vacancy and begins another.
 */
const rowsPerAddress = 5;
/** The most other rows of a part: the object, its UPN and its calculated addresses. */
const otherRows = 12;

/** Cuts a transition into parts of at most `rows` rows each; returns it unchanged if it has no more than that. */
export function cutTransition(transition: Transition, rows: number): readonly WrittenTransition[] {
  const { sourceAnchor, before, after } = transition;
  const changes = valueChanges(transition);
  if (mostRows(changes) <= rows) return [transition];
  const restamps = chunksOf(changes.ongoing, rows - otherRows).map((some) => new Set(some.map(({ key }) => key)));
  const parts: WrittenTransition[] = restamps.map((restamp) => ({
    sourceAnchor,
    before,
    after: before,
    isPart: true,
    shownAs: after,
    restamp,
  }));
  const states = statesOnTheWay(transition, changes, rows);
  let previous = before;
  for (const [index, state] of states.entries()) {
    const isPart = index < states.length - 1;
    parts.push({ sourceAnchor, before: previous, after: state, isPart, shownAs: after, restamp: new Set() });
    previous = state;
  }
  return parts;
}

/** Returns the states of an object between before and after: first it vacates addresses, then it takes others. */
function statesOnTheWay(
  { before, after }: Transition,
  { taken, vacated, started, stopped }: ValueChanges,
  rows: number,
): readonly (DirectoryObject | undefined)[] {
  const addressesPerPart = Math.max(1, Math.floor((rows - otherRows) / rowsPerAddress));
  // An object that was deleted and added again keeps no place: the earlier object only stops waiting.
  const gained = new Set(before?.objectId === after?.objectId ? taken : []);
  const stillWaiting: Waiting = new Map(
    stopped.filter(({ key }) => gained.has(key)).map(({ key, quarantined }) => [key, quarantined]),
  );
  const leaving = new Set([...vacated, ...stopped.map(({ key }) => key).filter((key) => !gained.has(key))]);
  const coming = new Set([...taken, ...started.map(({ key }) => key)]);
  const down = statesBetween(before, leaving, { addressesPerPart }).reverse().slice(1);
  return [...down, ...(after ? statesBetween(after, coming, { addressesPerPart, stillWaiting }) : [undefined])];
}

function mostRows({ taken, vacated, started, stopped, ongoing }: ValueChanges): number {
  const values = 2 * (taken.length + vacated.length);
  return 2 + values + rowsPerAddress * started.length + 4 * stopped.length + ongoing.length;
}

/** The values that an object waits for until it gets them on the way: until then it keeps its place. */
type Waiting = ReadonlyMap<ValueKey, QuarantinedValue>;

const noneWaiting: Waiting = new Map();

/**
 * Returns the states on the way to an object that lacks the given addresses, from the barest to the whole object.
 *
 * All of them keep the first primary, because without one `mail` would become the primary, and every address that the
 * object desires anyway, because it is its `mail` or UPN too.
 */
function statesBetween(
  object: DirectoryObject | undefined,
  keys: ReadonlySet<ValueKey>,
  { addressesPerPart, stillWaiting = noneWaiting }: { addressesPerPart: number; stillWaiting?: Waiting },
): DirectoryObject[] {
  if (!object) return [];
  const { exported } = object;
  const barest = { ...exported, proxyAddresses: exported.proxyAddresses.filter(isPrimary).slice(0, 1) };
  const staying = new Set(desiredAddresses(barest, userPrincipalNameOf(object)).map(({ key }) => key));
  const removable = new Set(
    exported.proxyAddresses.map(proxyAddressKey).filter((key) => keys.has(key) && !staying.has(key)),
  );
  const chunks = chunksOf([...removable], addressesPerPart);
  const states = chunks.map((_, index) => without(object, new Set(chunks.slice(index).flat()), stillWaiting));
  return [...states, object];
}

function without(object: DirectoryObject, addresses: ReadonlySet<ValueKey>, stillWaiting: Waiting): DirectoryObject {
  const { exported, quarantined } = object;
  const isDesired = (key: ValueKey): boolean => !addresses.has(key) || stillWaiting.has(key);
  const waiting = [...addresses].flatMap((key) => stillWaiting.get(key) ?? []);
  return {
    ...object,
    exported: {
      ...exported,
      proxyAddresses: exported.proxyAddresses.filter((address) => isDesired(proxyAddressKey(address))),
    },
    quarantined: [...quarantined.filter((entry) => !addresses.has(quarantinedKey(entry))), ...waiting],
  };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
