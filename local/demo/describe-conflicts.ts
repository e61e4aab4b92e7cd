import type { ExportAnswer, ObjectReference, ProvisioningError } from '../../cli/send/export-answer.ts';
import type { DirectoryObject } from './directory-object.ts';
import { dim, table, wrap } from './print.ts';

/** Returns a table of the newly quarantined values, with both objects, and with the present name of a user who waits for one. */
export function describeConflicts({ results }: ExportAnswer): readonly string[] {
  const conflicts = results.flatMap(({ errors }) => errors.flatMap(({ provisioningError }) => provisioningError ?? []));
  if (conflicts.length === 0) return [];
  return table([['waiting', 'holder', 'value'].map(dim), ...conflicts.flatMap(conflictRows)]);
}

function conflictRows({ object, propertyName, propertyValue, heldBy }: ProvisioningError): readonly string[][] {
  const holder = heldBy === null ? 'none until the sweep' : nameOf(heldBy);
  if (propertyName === 'ProxyAddresses') return [[nameOf(object), holder, propertyValue]];
  return [
    [nameOf(object), holder, `UPN:${propertyValue}`],
    ['', '', dim(`for now ${object.userPrincipalName ?? 'no UPN'}`)],
  ];
}

/** Returns the type and the display name of an object. */
export function nameOf({ objectType, displayName, sourceAnchor }: Omit<ObjectReference, 'userPrincipalName'>): string {
  return `${objectType.toLowerCase()} ${displayName ?? sourceAnchor}`;
}

/** Returns the messages that the service has for the two objects of one conflict. */
export function describeSides(error: ProvisioningError, holder: DirectoryObject): readonly string[] {
  return [
    `  ${nameOf(error.object)} reads`,
    ...wrap(error.message, 4),
    `  ${nameOf(holder)} reads`,
    ...holder.conflicts.flatMap(({ message }) => wrap(message, 4)),
  ];
}
