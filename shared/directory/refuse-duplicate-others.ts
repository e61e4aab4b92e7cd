/** Addresses of another type than SMTP: a duplicate of one fails its whole operation. Section 3 of the behaviour. */
import { claimedSince, firstClaims, forEachClaim, type Holders, isFree, type Keeps, type Round } from './claims.ts';
import { heldBefore, type Intent, wishesOf, wishesOfDraft } from './fold-export.ts';
import { proxyAddressKey, textOf, type ValueKey } from './values.ts';
import { duplicateAddress, type OperationFailure } from './validation.ts';

const round: Round = {
  wanted: (intent) => wishesOf(intent).others,
  wantedBy: (draft) => wishesOfDraft(draft).others,
};

/** One address that an intent asks for. */
type Claim = { readonly key: ValueKey; readonly intent: Intent };

/**
 * Finds the operations that ask for an address of another type than SMTP that somebody else has, by their index.
 *
 * An operation that fails gives nothing up, which can make others fail: the caller plans again without it. Those that
 * only lose to another object of the export fail after all those that clash with what stands, and not while the
 * winner's own fate is open; the first loser in the list has a winner before it, whose fate is not.
 */
export function refuseDuplicateOthers(holders: Holders): ReadonlyMap<number, OperationFailure> {
  const winners = firstClaims(holders, round);
  if (winners.size === 0) return new Map();
  const claims: Claim[] = [];
  forEachClaim(holders, round, (key, intent) => claims.push({ key, intent }));
  const clashing = clashesOf(claims, holders);
  const since = ({ key, intent }: Claim): number => claimedSince(key, intent, round);
  if (clashing.length > 0) {
    const holderOf = (key: ValueKey): string | null => holders.values.get(key)?.holder ?? null;
    return new Map(clashing.map((claim) => [since(claim), otherFailure(claim, holderOf(claim.key))]));
  }

  const lost = claims.flatMap(({ key, intent }) => {
    const winner = winners.get(key) as Intent;
    return winner === intent ? [] : [{ key, intent, winner }];
  });
  const losing = new Set(lost.map(since));
  const decided = lost.filter(({ key, winner }) => !losing.has(since({ key, intent: winner })));
  return new Map(decided.map((claim) => [since(claim), otherFailure(claim, claim.winner.sourceAnchor)]));
}

/**
 * Finds the claims on addresses that are not free.
 *
 * An operation that clashes leaves its object as it was, so that those who count on what it was to give up clash too:
 * a chain of moves is followed to its end. Where an object has several operations, what is left without one of them is
 * not known here, but when the export is planned again.
 */
function clashesOf(claims: readonly Claim[], holders: Holders): readonly Claim[] {
  const stays = new Set<Intent>();
  const keeps: Keeps = (intent, key) => stays.has(intent) || wishesOf(intent).others.some((wish) => wish.key === key);
  const claimants = Map.groupBy(claims, ({ key }) => key);
  const clashing: Claim[] = [];
  const doubtful = [claims];
  for (let some = doubtful.pop(); some; some = doubtful.pop()) {
    for (const claim of some) {
      const { key, intent } = claim;
      if (isFree(key, holders, keeps)) continue;
      clashing.push(claim);
      if (intent.items > 1 || !intent.before || stays.has(intent)) continue;
      stays.add(intent);
      for (const held of heldBefore(intent)) {
        const counting = claimants.get(held);
        if (counting) doubtful.push(counting);
      }
    }
  }
  return clashing;
}

function otherFailure({ key, intent: { sourceAnchor, draft } }: Claim, holder: string | null): OperationFailure {
  const address = draft?.exported.proxyAddresses.find((candidate) => proxyAddressKey(candidate) === key) ?? textOf(key);
  const name = holder === null ? null : `object "${holder}"`;
  return { ...duplicateAddress({ sourceAnchor, address }, name), clash: { address, holder } };
}
