/** What an export changed in who has what: a directory before and after it. */
import type { DirectoryObject, ProvisioningError } from './directory-object.ts';

/** A value that one object had before, and another has now. */
export type Move = { readonly value: string; readonly from: DirectoryObject; readonly to: DirectoryObject };

/** A conflict that has ended: the object that waited for the value has it now, or does not ask for it any more. */
export type EndedConflict = { readonly error: ProvisioningError; readonly hasValue: boolean };

export type Comparison = {
  /** Values that went to an object that had not been waiting for them, and gave nothing in return. */
  readonly moved: readonly Move[];
  /** Values of two objects that each got one of the other. */
  readonly swapped: readonly Move[];
  readonly ended: readonly EndedConflict[];
  /** Objects that were deleted and created again with the same source anchor. */
  readonly replaced: readonly DirectoryObject[];
  readonly deleted: readonly DirectoryObject[];
};

type Holding = { readonly value: string; readonly object: DirectoryObject };

/** Compares the objects of a tenant at two moments. */
export function compare(before: readonly DirectoryObject[], after: readonly DirectoryObject[]): Comparison {
  const ended = endedConflicts(before, after);
  const handed = handedOver(before, after).filter(({ key, move }) => !isGivenBack(key, move, ended));
  const moves = handed.map(({ move }) => move);
  const objectsAfter = new Map(after.map((object) => [object.sourceAnchor, object]));
  return {
    moved: moves.filter((move) => !hasReturn(move, moves)),
    swapped: moves.filter((move) => hasReturn(move, moves)),
    ended,
    replaced: before.filter(({ sourceAnchor, objectId }) => {
      const now = objectsAfter.get(sourceAnchor);
      return now !== undefined && now.objectId !== objectId;
    }),
    deleted: before.filter(({ sourceAnchor }) => !objectsAfter.has(sourceAnchor)),
  };
}

function endedConflicts(
  before: readonly DirectoryObject[],
  after: readonly DirectoryObject[],
): readonly EndedConflict[] {
  const standing = errorsByKey(after);
  const held = holdings(after);
  return [...errorsByKey(before)]
    .filter(([key]) => !standing.has(key))
    .map(([, error]) => ({ error, hasValue: isHolder(error, held) }));
}

/** The values that have a holder at both moments, and not the same one. */
function handedOver(
  before: readonly DirectoryObject[],
  after: readonly DirectoryObject[],
): readonly { readonly key: string; readonly move: Move }[] {
  const heldBefore = holdings(before);
  return [...holdings(after)].flatMap(([key, { value, object }]) => {
    const from = heldBefore.get(key)?.object;
    if (from === undefined || from.sourceAnchor === object.sourceAnchor) return [];
    return [{ key, move: { value, from, to: object } }];
  });
}

function isGivenBack(key: string, { to }: Move, ended: readonly EndedConflict[]): boolean {
  return ended.some(({ error }) => errorKey(error) === `${to.sourceAnchor} ${key}`);
}

function hasReturn({ from, to }: Move, moves: readonly Move[]): boolean {
  return moves.some(
    (other) => other.from.sourceAnchor === to.sourceAnchor && other.to.sourceAnchor === from.sourceAnchor,
  );
}

/** Who holds which UPN and which proxy address; letter case makes no difference to either. */
function holdings(objects: readonly DirectoryObject[]): ReadonlyMap<string, Holding> {
  const held = new Map<string, Holding>();
  for (const object of objects) {
    const { userPrincipalName, proxyAddresses } = object;
    if (userPrincipalName !== null) {
      held.set(valueKey('UserPrincipalName', userPrincipalName), { value: userPrincipalName, object });
    }
    for (const address of proxyAddresses) held.set(valueKey('ProxyAddresses', address), { value: address, object });
  }
  return held;
}

function valueKey(propertyName: ProvisioningError['propertyName'], value: string): string {
  return `${propertyName} ${value.toLowerCase()}`;
}

function errorKey({ object, propertyName, propertyValue }: ProvisioningError): string {
  return `${object.sourceAnchor} ${valueKey(propertyName, propertyValue)}`;
}

function errorsByKey(objects: readonly DirectoryObject[]): ReadonlyMap<string, ProvisioningError> {
  return new Map(
    objects.flatMap(({ dirSyncProvisioningErrors }) =>
      dirSyncProvisioningErrors.map((error) => [errorKey(error), error] as const),
    ),
  );
}

function isHolder(
  { object, propertyName, propertyValue }: ProvisioningError,
  held: ReadonlyMap<string, Holding>,
): boolean {
  return held.get(valueKey(propertyName, propertyValue))?.object.sourceAnchor === object.sourceAnchor;
}
