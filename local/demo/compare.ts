/** Compares a directory before and after an export: which object holds which value. */
import type { ProvisioningError } from '../../cli/send/export-answer.ts';
import type { DirectoryObject } from './directory-object.ts';

/** A value that one object held before, and another holds now. */
export type Move = { readonly value: string; readonly from: DirectoryObject; readonly to: DirectoryObject };

/** A conflict that has ended: the object that waited for the value holds it now, or no longer desires it. */
export type EndedConflict = { readonly error: ProvisioningError; readonly hasValue: boolean };

export type Comparison = {
  /** Values that moved to an object that had not waited for them, without a move in return. */
  readonly moved: readonly Move[];
  /** Values that two objects exchanged. */
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
  const changes = holderChanges(before, after).filter(({ key, move }) => !isReleased(key, move, ended));
  const moves = changes.map(({ move }) => move);
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
  const errorsNow = errorsByKey(after);
  const held = holdings(after);
  return [...errorsByKey(before)]
    .filter(([key]) => !errorsNow.has(key))
    .map(([, error]) => ({ error, hasValue: isHolder(error, held) }));
}

/** Returns the values that have different holders at the two moments. */
function holderChanges(
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

function isReleased(key: string, { to }: Move, ended: readonly EndedConflict[]): boolean {
  return ended.some(({ error }) => errorKey(error) === `${to.sourceAnchor} ${key}`);
}

function hasReturn({ from, to }: Move, moves: readonly Move[]): boolean {
  return moves.some(
    (other) => other.from.sourceAnchor === to.sourceAnchor && other.to.sourceAnchor === from.sourceAnchor,
  );
}

/** Returns the holders of all UPNs and proxy addresses. Letter case makes no difference to either. */
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
