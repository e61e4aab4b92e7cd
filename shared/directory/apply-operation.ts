/** Applies one operation to an object. Behaviour 4.1. */
import { type ExportedAttributes, type ObjectType, sameExported } from './objects.ts';
import type { DesiredObject, Operation, WriteOperation } from './operation.ts';
import { type OperationFailure, validateExported, validateOperation } from './validation.ts';

const nothingExported: ExportedAttributes = {
  displayName: null,
  userPrincipalName: null,
  mail: null,
  proxyAddresses: [],
  exchangeLicensed: false,
  attributes: {},
};

/**
 * Applies an operation to an object (undefined: it does not exist), or returns why it fails.
 *
 * If the operation desires nothing new, the same object is returned. Uniqueness is not checked here.
 */
export function applyOperation(
  current: DesiredObject | undefined,
  operation: Operation,
): { readonly desired: DesiredObject | undefined } | { readonly failure: OperationFailure } {
  const invalid = validateOperation(operation);
  if (invalid) return { failure: invalid };
  if (operation.operation === 'delete') return { desired: undefined };

  const objectType = operation.objectType ?? current?.objectType;
  if (operation.operation === 'update' && !current) return { failure: notFound(operation.sourceAnchor) };
  if (!objectType) return { failure: typeMissing(operation.sourceAnchor) };
  if (current && objectType !== current.objectType) return { failure: typeMismatch(operation, current.objectType) };

  const base = operation.operation === 'update' && current ? current.exported : nothingExported;
  const exported = merge(base, operation);
  if (current && sameExported(current.exported, exported)) return { desired: current };
  const failure = validateExported(operation, objectType, exported, { stored: current?.exported });
  return failure ? { failure } : { desired: { objectType, exported } };
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

/** Merges by name: an absent attribute stays, null removes one; null in place of the attributes removes all. */
function mergeAttributes(base: Attributes, changes: WriteOperation['attributes']): Attributes {
  if (!changes) return {};
  // With a thousand names each, the copy would cost as much as everything else.
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
    message: `Cannot add object "${sourceAnchor}": objectType is missing. It must be "User", "Group" or "Contact".`,
  };
}

function typeMismatch({ operation, sourceAnchor }: WriteOperation, current: ObjectType): OperationFailure {
  return {
    code: 'ObjectTypeMismatch',
    message: `Cannot ${operation} object "${sourceAnchor}": it is a ${current}, and the type of an object never changes. Delete it and add it again.`,
  };
}
