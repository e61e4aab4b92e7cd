/** Provisioning errors: both sides of a conflict over a value. Behaviour 4.11. */
import {
  type DirectoryObject,
  type HoldingAttribute,
  holdingAttribute,
  type ObjectType,
  type PropertyName,
  type QuarantinedValue,
  userPrincipalNameOf,
} from './objects.ts';
import type { ValueKey } from './values.ts';

/** An object as conflicts name it. */
export type ObjectReference = {
  readonly objectId: string;
  readonly objectType: ObjectType;
  readonly displayName: string | null;
  readonly sourceAnchor: string;
  readonly userPrincipalName: string | null;
};

/** The holder of a value, and the attribute by which it holds the value. */
export type Holder = ObjectReference & { readonly attribute: HoldingAttribute };

/** One quarantined value of one object. `heldBy` is null from the moment the value becomes vacant until the sweep. */
export type ProvisioningError = {
  readonly errorCategory: 'PropertyConflict';
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly object: ObjectReference;
  readonly heldBy: Holder | null;
};

/** A value that an object holds and others wait for, the longest waiting first. */
export type ContestedValue = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  /** The number of waiting objects; if they are very many, only the first are listed. */
  readonly waitingCount: number;
  readonly waiting: readonly (ObjectReference & { readonly whenStarted: string })[];
};

/** Returns an object as conflicts name it. */
export function referenceTo(object: DirectoryObject): ObjectReference {
  return {
    objectId: object.objectId,
    objectType: object.objectType,
    displayName: object.exported.displayName,
    sourceAnchor: object.sourceAnchor,
    userPrincipalName: userPrincipalNameOf(object),
  };
}

/** Returns an object as the holder of a value; null if it does not hold the value. */
export function holderFrom(key: ValueKey, object: DirectoryObject | undefined): Holder | null {
  const attribute = object ? holdingAttribute(object, key) : null;
  return object && attribute ? { ...referenceTo(object), attribute } : null;
}

/** Returns the provisioning error of one quarantined value. */
export function provisioningError(
  object: ObjectReference,
  { propertyName, propertyValue, whenStarted }: QuarantinedValue,
  heldBy: Holder | null,
): ProvisioningError {
  return { errorCategory: 'PropertyConflict', propertyName, propertyValue, whenStarted, object, heldBy };
}
