import { checkOperation } from './check-operation.ts';
import type { Exported, Tenant } from './tenant.ts';

/** An operation as it goes over the wire. */
export type WireOperation = Readonly<Record<string, unknown>> & {
  readonly operation: string;
  readonly sourceAnchor: string;
};

/** An object as the operations want it, before it is known what it gets. */
export type Draft = {
  readonly objectType: string;
  readonly exported: Exported;
  /** The number of the operation that made it a new object; -1 for one that was there before the export. */
  readonly bornAt: number;
};

/** The outcome of one operation: the object before it and after it, or why it failed. */
export type Folded = {
  readonly before: Draft | null;
  readonly after: Draft | null;
  readonly failure: string | null;
};

const nothing: Exported = {
  displayName: null,
  userPrincipalName: null,
  mail: null,
  proxyAddresses: [],
  exchangeLicensed: false,
  attributes: {},
};

/** Applies the operations in their order to the exported attributes before; those in `duplicates` fail without effect. */
export function fold(
  tenant: Tenant,
  operations: readonly WireOperation[],
  duplicates: ReadonlySet<number>,
): readonly Folded[] {
  const drafts = new Map(finalDrafts(tenant, [], []));
  return operations.map((operation, index) => {
    const before = drafts.get(operation.sourceAnchor) ?? null;
    const failure = duplicates.has(index) ? 'AttributeValueMustBeUnique' : failureOf(operation, before);
    if (failure) return { before, after: before, failure };
    const after = operation.operation === 'delete' ? null : written(operation, before, index);
    if (after) drafts.set(operation.sourceAnchor, after);
    else drafts.delete(operation.sourceAnchor);
    return { before, after, failure: null };
  });
}

/** The objects in their desired state after the export. */
export function finalDrafts(
  tenant: Tenant,
  operations: readonly WireOperation[],
  folded: readonly Folded[],
): ReadonlyMap<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const { sourceAnchor, objectType, exported } of tenant.objects.values())
    drafts.set(sourceAnchor, { objectType, exported, bornAt: -1 });
  for (const [index, { after }] of folded.entries()) {
    const { sourceAnchor } = operations[index] as WireOperation;
    if (after) drafts.set(sourceAnchor, after);
    else drafts.delete(sourceAnchor);
  }
  return drafts;
}

function failureOf(operation: WireOperation, before: Draft | null): string | null {
  if (operation.operation === 'delete') return null;
  // Of two things that are wrong, the specification does not say which is told.
  if (operation.operation === 'update' && !before) return 'ObjectNotFound';
  const wrong = checkOperation(operation);
  if (wrong) return wrong;
  const objectType = operation.objectType ?? before?.objectType;
  if (before && objectType !== before.objectType) return 'ObjectTypeMismatch';
  const { userPrincipalName } = written(operation, before, 0).exported;
  return (objectType === 'User') === (userPrincipalName !== null) ? null : 'IdentityDataValidationFailed';
}

/** An add replaces all; an update keeps what it does not name. Null clears. */
function written(operation: WireOperation, before: Draft | null, index: number): Draft {
  const kept = operation.operation === 'update' && before ? before.exported : nothing;
  const named = Object.keys(nothing).filter((name) => name !== 'attributes' && operation[name] !== undefined);
  const changes = named.map((name) => [name, (operation[name] ?? nothing[name as keyof Exported]) as unknown] as const);
  const attributes = { ...kept.attributes, ...(operation.attributes as object | undefined) };
  const standing = Object.entries<unknown>(attributes).filter(([, value]) => value !== null);
  return {
    objectType: (operation.objectType ?? before?.objectType) as string,
    exported: {
      ...kept,
      ...Object.fromEntries(changes),
      attributes: Object.fromEntries(standing) as Exported['attributes'],
    },
    bornAt: before?.bornAt ?? index,
  };
}
