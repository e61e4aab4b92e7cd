/** The words of both sides of a conflict. Each text names the *other* object. Behaviour 4.11. */
import type { PropertyName } from '../directory/objects.ts';
import type { ContestedValue, ObjectReference, ProvisioningError } from '../directory/provisioning-error.ts';

const propertyLabels: Readonly<Record<PropertyName, string>> = {
  UserPrincipalName: 'the user principal name',
  ProxyAddresses: 'the proxy address',
};

/** Returns the text for the waiting object: what was quarantined, who holds it, and what to do. */
export function quarantineMessage({
  object,
  propertyName,
  propertyValue,
  heldBy,
}: Pick<ProvisioningError, 'object' | 'propertyName' | 'propertyValue' | 'heldBy'>): string {
  const value = `T${propertyLabels[propertyName].slice(1)} "${propertyValue}"`;
  const meanwhile =
    propertyName === 'UserPrincipalName' && object.userPrincipalName !== null
      ? ` Until then its user principal name is "${object.userPrincipalName}".`
      : '';
  const release = `the next sweep, within the hour, releases it to the object that has waited longest for it.${meanwhile}`;
  if (!heldBy) return `${value} is vacant again: ${release}`;
  const holder = nameInSentence(heldBy);
  const how = propertyName === 'ProxyAddresses' ? ` by its ${heldBy.attribute}` : '';
  return `${value} is quarantined, because ${holder} holds it${how}. Decide which of the two should have it, and remove it from the other in its on-premises directory. If ${holder} vacates it, ${release}`;
}

/** Returns the text for the holder of a contested value: that it keeps the value, and who else desires it. */
export function holderMessage({
  propertyName,
  propertyValue,
  waiting,
  waitingCount,
}: Pick<ContestedValue, 'propertyName' | 'propertyValue' | 'waitingCount'> & {
  readonly waiting: readonly ObjectReference[];
}): string {
  const named = waiting.slice(0, 3).map(nameInSentence).join(', ');
  const more = waitingCount > 3 ? ` and ${waitingCount - 3} more` : '';
  const desires = waitingCount === 1 ? 'desires' : 'desire';
  return `This object keeps ${propertyLabels[propertyName]} "${propertyValue}", which ${named}${more} also ${desires}. Nothing needs to be done here, unless it should belong to another object: then remove it from this one in its on-premises directory.`;
}

/** Names an object in a sentence: by its type and display name, or by its source anchor if it has no display name. */
export function nameInSentence({
  objectType,
  displayName,
  sourceAnchor,
}: Pick<ObjectReference, 'objectType' | 'displayName' | 'sourceAnchor'>): string {
  const name = displayName === null ? `with source anchor "${sourceAnchor}"` : `"${displayName}"`;
  return `${objectType.toLowerCase()} ${name}`;
}
