import { finalDrafts, fold, type WireOperation } from './fold.ts';
import { heldBy, type Tenant } from './tenant.ts';
import { addressValue, type Value } from './values.ts';

/**
 * Which operations may fail because another object has an address of theirs that is not SMTP: sets of their numbers.
 *
 * If no operation needs to fail, none may: moves and exchanges of such addresses work. Otherwise each set is allowed that
 * leaves every address with one object, and in which each failing operation names an address that another object had
 * before, or that an operation on another object names earlier in the list.
 */
export function allowedFailures(tenant: Tenant, operations: readonly WireOperation[]): readonly ReadonlySet<number>[] {
  const candidates = operations.flatMap((operation, index) => (otherValuesOf(operation).length > 0 ? [index] : []));
  if (isConsistent(tenant, operations, new Set())) return [new Set()];
  return subsetsOf(candidates.filter(hasReason)).filter((failing) => isConsistent(tenant, operations, failing));

  function hasReason(index: number): boolean {
    const { sourceAnchor, ...operation } = operations[index] as WireOperation;
    return otherValuesOf({ ...operation, sourceAnchor }).some((value) => {
      const isHeld = [...tenant.objects.values()].some(
        (object) => object.sourceAnchor !== sourceAnchor && heldBy(object).includes(value),
      );
      const earlier = operations.slice(0, index).filter((one) => one.sourceAnchor !== sourceAnchor);
      return isHeld || earlier.some((one) => otherValuesOf(one).includes(value));
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

/** Who desires each address that is not SMTP after the export. */
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
