import { finalDrafts, fold, type WireOperation } from './fold.ts';
import { heldBy, type Tenant } from './tenant.ts';
import { addressValue, type Value } from './values.ts';

/**
 * Which operations may fail because another object has an address of theirs that is not SMTP: sets of their numbers.
 *
 * Every set is tried. Allowed are those that leave each such address with one object, and in which no operation fails without
 * need: no smaller set will do. Where there are sets in which each failure is in favour of an object that had the address
 * before, or asked for it earlier in the list, only those are allowed; operations can depend on each other so that there are none.
 */
export function allowedFailures(tenant: Tenant, operations: readonly WireOperation[]): readonly ReadonlySet<number>[] {
  const candidates = operations.flatMap((operation, index) => (otherValuesOf(operation).length > 0 ? [index] : []));
  const consistent = subsetsOf(candidates).filter((failing) => isConsistent(tenant, operations, failing));
  const needed = consistent.filter((failing) => !consistent.some((smaller) => isSmaller(smaller, failing)));
  const inTurn = needed.filter((failing) => [...failing].every((index) => isInTurn(index, failing)));
  return inTurn.length > 0 ? inTurn : needed;

  function isInTurn(index: number, failing: ReadonlySet<number>): boolean {
    const loser = operations[index] as WireOperation;
    return otherValuesOf(loser).some((value) => {
      const winner = ownersOf(tenant, operations, failing).get(value)?.[0];
      if (winner === undefined || winner === loser.sourceAnchor) return false;
      const had = tenant.objects.get(winner);
      if (had && heldBy(had).includes(value)) return true;
      return operations
        .slice(0, index)
        .some((one, at) => !failing.has(at) && one.sourceAnchor === winner && otherValuesOf(one).includes(value));
    });
  }
}

/** The addresses that an operation names and that are not SMTP. */
function otherValuesOf({ operation, proxyAddresses }: WireOperation): readonly Value[] {
  if (operation === 'delete' || !Array.isArray(proxyAddresses)) return [];
  return (proxyAddresses as string[]).map(addressValue).filter((value) => value.startsWith('other|'));
}

function isConsistent(tenant: Tenant, operations: readonly WireOperation[], failing: ReadonlySet<number>): boolean {
  return [...ownersOf(tenant, operations, failing).values()].every((owners) => owners.length === 1);
}

/** Who asks for each address that is not SMTP after the export. */
function ownersOf(
  tenant: Tenant,
  operations: readonly WireOperation[],
  failing: ReadonlySet<number>,
): ReadonlyMap<Value, readonly string[]> {
  const owners = new Map<Value, string[]>();
  for (const [sourceAnchor, { exported }] of finalDrafts(tenant, operations, fold(tenant, operations, failing))) {
    for (const value of new Set(exported.proxyAddresses.map(addressValue)))
      if (value.startsWith('other|')) owners.set(value, [...(owners.get(value) ?? []), sourceAnchor]);
  }
  return owners;
}

function subsetsOf(numbers: readonly number[]): readonly ReadonlySet<number>[] {
  return numbers.reduce<readonly ReadonlySet<number>[]>(
    (subsets, number) => [...subsets, ...subsets.map((subset) => new Set([...subset, number]))],
    [new Set()],
  );
}

function isSmaller(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return one.size < other.size && [...one].every((number) => other.has(number));
}
