/** Addresses of another type than SMTP: a duplicate fails its whole operation. Behaviour 3.4. */
import { duplicateAddress, type OperationFailure } from '../validation.ts';
import { proxyAddressKey, textOf, type ValueKey } from '../values.ts';
import { desiredBy, desiredValuesOf, heldBefore, type Intent } from './fold-export.ts';
import {
  desiredSince,
  firstDesiring,
  forEachDesired,
  type Holders,
  isAvailable,
  type Round,
  type StillDesires,
} from './holders.ts';

const round: Round = {
  desired: (intent) => desiredBy(intent).others,
  desiredAt: (state) => desiredValuesOf(state).others,
};

/** An address that the object of an intent desires and does not hold. */
type Desire = { readonly key: ValueKey; readonly intent: Intent };

/**
 * Refuses the operations that desire an address of another type than SMTP that another object holds; by their index.
 *
 * A refused operation vacates nothing, which can make others fail: the caller plans again without it. Conflicts with
 * stored holders are refused first; a conflict inside the export is refused only once its winner is certain to succeed.
 */
export function refuseDuplicateAddresses(holders: Holders): ReadonlyMap<number, OperationFailure> {
  const winners = firstDesiring(holders, round);
  if (winners.size === 0) return new Map();
  const desires: Desire[] = [];
  forEachDesired(holders, round, (key, intent) => desires.push({ key, intent }));
  const unavailable = findUnavailable(desires, holders);
  const since = ({ key, intent }: Desire): number => desiredSince(key, intent, round);
  if (unavailable.length > 0) {
    const holderOf = (key: ValueKey): string | null => holders.values.get(key)?.holder ?? null;
    return new Map(unavailable.map((desire) => [since(desire), failureOf(desire, holderOf(desire.key))]));
  }

  const lost = desires.flatMap(({ key, intent }) => {
    const winner = winners.get(key) as Intent;
    return winner === intent ? [] : [{ key, intent, winner }];
  });
  const losing = new Set(lost.map(since));
  const decided = lost.filter(({ key, winner }) => !losing.has(since({ key, intent: winner })));
  return new Map(decided.map((desire) => [since(desire), failureOf(desire, desire.winner.sourceAnchor)]));
}

/**
 * Finds the desired addresses that are not available.
 *
 * A refused operation leaves its object unchanged, so objects that rely on an address that it was to vacate are refused
 * too: a chain of moves is followed to its end. The result of the other operations on an object with several is known
 * only after the export is planned again.
 */
function findUnavailable(desires: readonly Desire[], holders: Holders): readonly Desire[] {
  const unchanged = new Set<Intent>();
  const stillDesires: StillDesires = (intent, key) =>
    unchanged.has(intent) || desiredBy(intent).others.some((desired) => desired.key === key);
  const desiring = Map.groupBy(desires, ({ key }) => key);
  const unavailable: Desire[] = [];
  const open = [desires];
  for (let some = open.pop(); some; some = open.pop()) {
    for (const desire of some) {
      const { key, intent } = desire;
      if (isAvailable(key, holders, stillDesires)) continue;
      unavailable.push(desire);
      if (intent.items > 1 || !intent.before || unchanged.has(intent)) continue;
      unchanged.add(intent);
      for (const held of heldBefore(intent)) {
        const relying = desiring.get(held);
        if (relying) open.push(relying);
      }
    }
  }
  return unavailable;
}

function failureOf({ key, intent: { sourceAnchor, desired } }: Desire, holder: string | null): OperationFailure {
  const address =
    desired?.exported.proxyAddresses.find((candidate) => proxyAddressKey(candidate) === key) ?? textOf(key);
  const name = holder === null ? null : `object "${holder}"`;
  return { ...duplicateAddress({ sourceAnchor, address }, name), conflict: { address, holder } };
}
