/** Which operations were refused for an address of another type than SMTP, and had no need to be, as things turned out. */
import type { ValueState } from './claims.ts';
import type { ExportItem } from './fold-export.ts';
import { type DirectoryObject, heldValues } from './objects.ts';
import { duplicateAddress, type OperationFailure } from './validation.ts';
import { isSmtp, proxyAddressKey, type ValueKey } from './values.ts';

type Outcome = {
  readonly refused: ReadonlyMap<number, OperationFailure>;
  readonly after: ReadonlyMap<string, DirectoryObject | undefined>;
  readonly values: ReadonlyMap<ValueKey, ValueState>;
};

/** A refused operation, and what of it other objects have. */
type Refusal = {
  readonly index: number;
  readonly sourceAnchor: string;
  readonly clashes: readonly { readonly address: string; readonly holder: string }[];
};

/**
 * Finds refused operations that nobody stands in the way of: the one that was preferred was refused itself later on.
 *
 * Where there are none, finds those that only stand in the way of each other, as in an exchange: each kept what it
 * was to give up because the other was refused.
 */
export function withoutReason(items: readonly ExportItem[], outcome: Outcome): readonly number[] {
  const refusals = refusalsOf(items, outcome);
  const unopposed = refusals.filter(({ clashes }) => clashes.length === 0);
  return (unopposed.length > 0 ? unopposed : onlyOpposedByEachOther(refusals)).map(({ index }) => index);
}

function refusalsOf(items: readonly ExportItem[], { refused, after, values }: Outcome): readonly Refusal[] {
  const clashing = refused.size === 0 ? [] : items.filter(({ index }) => refused.get(index)?.clash);
  if (clashing.length === 0) return [];
  const holders = new Map<ValueKey, string>();
  for (const object of after.values()) {
    if (object) for (const key of heldValues(object)) holders.set(key, object.sourceAnchor);
  }
  const holderOf = (key: ValueKey): string | null => {
    const before = values.get(key)?.holder ?? null;
    return holders.get(key) ?? (before !== null && after.has(before) ? null : before);
  };
  return clashing.flatMap(({ index, sourceAnchor, operation }) => {
    if (!operation || operation.operation === 'delete') return [];
    const others = (operation.proxyAddresses ?? []).filter((address) => !isSmtp(address));
    const clashes = others.flatMap((address) => {
      const holder = holderOf(proxyAddressKey(address));
      return holder === null || holder === sourceAnchor ? [] : [{ address, holder }];
    });
    return [{ index, sourceAnchor: operation.sourceAnchor, clashes }];
  });
}

/** Gives the reasons of the refused operations anew, where the object that was named has the address no longer. */
export function presentReasons(items: readonly ExportItem[], outcome: Outcome): ReadonlyMap<number, OperationFailure> {
  const reasons = new Map(outcome.refused);
  for (const { index, sourceAnchor, clashes } of refusalsOf(items, outcome)) {
    const named = outcome.refused.get(index)?.clash;
    const [clash] = clashes;
    if (!clash || clashes.some(({ address, holder }) => address === named?.address && holder === named.holder))
      continue;
    const failure = duplicateAddress({ sourceAnchor, address: clash.address }, `object "${clash.holder}"`);
    reasons.set(index, { ...failure, clash });
  }
  return reasons;
}

function onlyOpposedByEachOther(refusals: readonly Refusal[]): readonly Refusal[] {
  const open = Map.groupBy(refusals, ({ sourceAnchor }) => sourceAnchor);
  const opposedBy = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    for (const { holder } of refusal.clashes) opposedBy.set(holder, [...(opposedBy.get(holder) ?? []), refusal]);
  }
  const standing = [...opposedBy.keys()].filter((holder) => !open.has(holder));
  for (let holder = standing.pop(); holder !== undefined; holder = standing.pop()) {
    for (const { sourceAnchor } of opposedBy.get(holder) ?? []) {
      if (open.delete(sourceAnchor)) standing.push(sourceAnchor);
    }
  }
  return [...open.values()].flat();
}
