/**
 * Provisioning errors: what an administrator reads about a conflict.
 *
 * The two sides read different texts, and each names the *other* object. The side that was refused the value reads
 * what was kept from it and what to do; the side that has it reads that it keeps it, and who else asked for it.
 */
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

/** An object as it is named in a conflict. */
export type ObjectReference = {
  readonly objectId: string;
  readonly objectType: ObjectType;
  readonly displayName: string | null;
  readonly sourceAnchor: string;
  readonly userPrincipalName: string | null;
};

/** The object that has a value, and by which attribute. */
export type Holder = ObjectReference & { readonly attribute: HoldingAttribute };

/** One quarantined value of one object; `heldBy` is null between the value's release and the sweep. */
export type ProvisioningError = {
  readonly errorCategory: 'PropertyConflict';
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly message: string;
  readonly object: ObjectReference;
  readonly heldBy: Holder | null;
};

/** A value that an object holds and others wait for, with those who wait, the longest first. */
export type Conflict = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly message: string;
  /** How many wait; of very many only the first are listed. */
  readonly waitingCount: number;
  readonly waiting: readonly (ObjectReference & { readonly whenStarted: string })[];
};

/** Names an object as conflicts do. */
export function referenceTo(object: DirectoryObject): ObjectReference {
  return {
    objectId: object.objectId,
    objectType: object.objectType,
    displayName: object.exported.displayName,
    sourceAnchor: object.sourceAnchor,
    userPrincipalName: userPrincipalNameOf(object),
  };
}

/** Names an object as the holder of a value, or gives null where it does not hold it. */
export function holderFrom(key: ValueKey, object: DirectoryObject | undefined): Holder | null {
  const attribute = object ? holdingAttribute(object, key) : null;
  return object && attribute ? { ...referenceTo(object), attribute } : null;
}

/** Writes the provisioning error of one quarantined value; `heldBy` is the object that has the value, if there is one. */
export function provisioningError(
  object: ObjectReference,
  quarantined: QuarantinedValue,
  heldBy: Holder | null,
): ProvisioningError {
  return {
    errorCategory: 'PropertyConflict',
    propertyName: quarantined.propertyName,
    propertyValue: quarantined.propertyValue,
    whenStarted: quarantined.whenStarted,
    message: quarantineMessage(object, quarantined, heldBy),
    object,
    heldBy,
  };
}

/** Writes the text for the object that was refused a value: what was kept from it, who has it, and what to do. */
export function quarantineMessage(
  object: ObjectReference,
  { propertyName, propertyValue }: QuarantinedValue,
  heldBy: Holder | null,
): string {
  const what = `${propertyLabels[propertyName]} "${propertyValue}"`;
  const meanwhile =
    propertyName === 'UserPrincipalName' && object.userPrincipalName !== null
      ? ` Until then the user principal name is "${object.userPrincipalName}".`
      : '';
  if (!heldBy) {
    return `${sentence(what)} is free again. The next sweep, within the hour, gives it to the object that has waited longest for it.${meanwhile}`;
  }
  const how = propertyName === 'ProxyAddresses' ? ` by its ${heldBy.attribute}` : '';
  return (
    `${sentence(what)} was left off, because ${nameInSentence(heldBy)} has it${how}. ` +
    `Decide which of the two should have it, and remove it from the other in its on-premises directory. ` +
    `If ${nameInSentence(heldBy)} gives it up, the next sweep, within the hour, gives it to the object that has waited longest for it.${meanwhile}`
  );
}

/** Writes the text for the object that has a value that `count` others ask for: it keeps it, and who the first are. */
export function holderMessage(
  { propertyName, propertyValue }: Pick<QuarantinedValue, 'propertyName' | 'propertyValue'>,
  waiting: readonly ObjectReference[],
  count = waiting.length,
): string {
  const named = waiting.slice(0, 3).map(nameInSentence).join(', ');
  const more = count > 3 ? ` and ${count - 3} more` : '';
  return `This object keeps ${propertyLabels[propertyName]} "${propertyValue}", which ${named}${more} asked for too. Nothing needs to be done here, unless it should belong to the other: then remove it from this object in its on-premises directory.`;
}

const propertyLabels: Readonly<Record<PropertyName, string>> = {
  UserPrincipalName: 'the user principal name',
  ProxyAddresses: 'the proxy address',
};

/** Names an object for a sentence: its type, and its display name or, where it has none, its source anchor. */
export function nameInSentence({ objectType, displayName, sourceAnchor }: ObjectReference): string {
  const name = displayName === null ? `with source anchor "${sourceAnchor}"` : `"${displayName}"`;
  return `${objectType.toLowerCase()} ${name}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
