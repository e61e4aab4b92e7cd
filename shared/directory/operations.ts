/** Operations: what a sync client asks for, and what applying one to an object gives. Section 4 of the behaviour. */
import { type DirectoryObject, type ExportedAttributes, type ObjectType, sameExported } from './objects.ts';
import { type OperationFailure, validateExported, validateOperation } from './validation.ts';

/** An add or an update; in an update what is absent stays and null clears, in an add both are empty. */
export type WriteOperation = {
  readonly operation: 'add' | 'update';
  readonly sourceAnchor: string;
  readonly objectType?: ObjectType | undefined;
  readonly displayName?: string | null | undefined;
  readonly userPrincipalName?: string | null | undefined;
  readonly mail?: string | null | undefined;
  readonly proxyAddresses?: readonly string[] | null | undefined;
  readonly exchangeLicensed?: boolean | null | undefined;
  readonly attributes?: Readonly<Record<string, string | readonly string[] | null>> | null | undefined;
};

export type DeleteOperation = { readonly operation: 'delete'; readonly sourceAnchor: string };

export type Operation = WriteOperation | DeleteOperation;

/** An object as the operations on it, so far, ask for it: who it is, and what it wants. */
export type Draft = Pick<DirectoryObject, 'objectType' | 'exported'>;

const nothingExported: ExportedAttributes = {
  displayName: null,
  userPrincipalName: null,
  mail: null,
  proxyAddresses: [],
  exchangeLicensed: false,
  attributes: {},
};

/**
 * Applies one operation to an object, or says why it cannot be applied.
 *
 * `undefined` stands for an object that does not exist. An operation that asks for nothing new gives back the same
 * draft. Uniqueness is not looked at here.
 */
export function applyOperation(
  current: Draft | undefined,
  operation: Operation,
): { readonly draft: Draft | undefined } | { readonly failure: OperationFailure } {
  const invalid = validateOperation(operation);
  if (invalid) return { failure: invalid };
  if (operation.operation === 'delete') return { draft: undefined };

  const objectType = operation.objectType ?? current?.objectType;
  if (operation.operation === 'update' && !current) return { failure: notFound(operation.sourceAnchor) };
  if (!objectType) return { failure: typeMissing(operation.sourceAnchor) };
  if (current && objectType !== current.objectType) return { failure: typeMismatch(operation, current.objectType) };

  const base = operation.operation === 'update' && current ? current.exported : nothingExported;
  const exported = merge(base, operation);
  if (current && sameExported(current.exported, exported)) return { draft: current };
  const failure = validateExported(operation, objectType, exported, { stored: current?.exported });
  return failure ? { failure } : { draft: { objectType, exported } };
}

function merge(base: ExportedAttributes, operation: WriteOperation): ExportedAttributes {
  const { displayName, userPrincipalName, mail, proxyAddresses, exchangeLicensed, attributes } = operation;
  return {
    displayName: displayName === undefined ? base.displayName : displayName,
    userPrincipalName: userPrincipalName === undefined ? base.userPrincipalName : userPrincipalName,
    mail: mail === undefined ? base.mail : mail,
    proxyAddresses: proxyAddresses === undefined ? base.proxyAddresses : (proxyAddresses ?? []),
    exchangeLicensed: exchangeLicensed === undefined ? base.exchangeLicensed : (exchangeLicensed ?? false),
    attributes: attributes === undefined ? base.attributes : mergeAttributes(base.attributes, attributes),
  };
}

/** Merges by name: an attribute that is absent stays, one that is null goes; null for all of them clears all. */
function mergeAttributes(base: Attributes, changes: WriteOperation['attributes']): Attributes {
  if (!changes) return {};
  // With a thousand names each, copying costs as much as all else.
  const merged = base === nothingExported.attributes ? changes : { ...base, ...changes };
  return isWithoutNull(merged) ? merged : Object.fromEntries(Object.entries(merged).filter(isPresent));
}

type Attributes = ExportedAttributes['attributes'];

function isWithoutNull(attributes: NonNullable<WriteOperation['attributes']>): attributes is Attributes {
  for (const name in attributes) if (attributes[name] === null) return false;
  return true;
}

function isPresent(entry: readonly [string, Attributes[string] | null]): entry is [string, Attributes[string]] {
  return entry[1] !== null;
}

function notFound(sourceAnchor: string): OperationFailure {
  return {
    code: 'ObjectNotFound',
    message: `Cannot update object "${sourceAnchor}": there is no such object. Send it as an add.`,
  };
}

function typeMissing(sourceAnchor: string): OperationFailure {
  return {
    code: 'DataValidationFailed',
    message: `Cannot add object "${sourceAnchor}": objectType is missing. Give "User", "Group" or "Contact".`,
  };
}

function typeMismatch({ operation, sourceAnchor }: WriteOperation, current: ObjectType): OperationFailure {
  return {
    code: 'ObjectTypeMismatch',
    message: `Cannot ${operation} object "${sourceAnchor}": it is a ${current}, and the type of an object never changes. Delete it and add it again.`,
  };
}
