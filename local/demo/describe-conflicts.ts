/** Puts the service's answers into lines that an administrator can read at the end of a long day. */
import { count, dim, table, wrap } from './print.ts';
import type { Comparison, EndedConflict, Move } from './compare.ts';
import type { DirectoryObject, ExportAnswer, ProvisioningError, Reference, SweepAnswer } from './directory-object.ts';
import type { SentExport } from './client.ts';

/** One line: what became of the operations, leaving out what did not happen, and how many values were quarantined. */
export function describeSummary({ summary, results }: ExportAnswer): string {
  const { quarantined, ...outcomes } = summary;
  const parts = Object.entries(outcomes).flatMap(([outcome, number]) => (number > 0 ? [`${number} ${outcome}`] : []));
  const values = quarantined > 0 ? count(quarantined, 'value') : 'nothing';
  return `${count(results.length, 'operation')}: ${parts.join(', ')}; ${values} newly quarantined`;
}

/** A table of what was newly quarantined: who was refused what, who has it, and the name that a user goes by meanwhile. */
export function describeConflicts({ results }: ExportAnswer): readonly string[] {
  const conflicts = results.flatMap(({ errors }) => errors.flatMap(({ provisioningError }) => provisioningError ?? []));
  if (conflicts.length === 0) return [];
  return table([['who asked', 'who has it', 'what'].map(dim), ...conflicts.flatMap(conflictRows)]);
}

function conflictRows({ object, propertyName, propertyValue, heldBy }: ProvisioningError): readonly string[][] {
  const holder = heldBy === null ? 'nobody, until the sweep' : nameOf(heldBy);
  if (propertyName === 'ProxyAddresses') return [[nameOf(object), holder, propertyValue]];
  return [
    [nameOf(object), holder, `UPN:${propertyValue}`],
    ['', '', dim(`now ${object.userPrincipalName ?? 'without a UPN'}`)],
  ];
}

/** Names an object by its type and display name. */
export function nameOf({ objectType, displayName, sourceAnchor }: Omit<Reference, 'userPrincipalName'>): string {
  return `${objectType.toLowerCase()} ${displayName ?? sourceAnchor}`;
}

/** The operations that failed as a whole, each with its code and the service's message. */
export function describeFailures({ operations, results }: SentExport): readonly string[] {
  const failures = results.flatMap(({ outcome, sourceAnchor, errors }, index) => {
    if (outcome !== 'failed') return [];
    const { objectType = 'object', displayName = null } = operations[index] ?? {};
    const name = nameOf({ objectType, displayName, sourceAnchor });
    return errors.flatMap(({ code, message }) => [`  ${name}: ${code}`, ...wrap(message, 4)]);
  });
  return failures.length > 0 ? [dim('  failed as a whole'), ...failures] : [];
}

/** Both sides of one conflict, in the service's own words. */
export function describeSides(refused: ProvisioningError, holder: DirectoryObject): readonly string[] {
  return [
    `  ${nameOf(refused.object)} reads`,
    ...wrap(refused.message, 4),
    `  ${nameOf(holder)} reads`,
    ...holder.conflicts.flatMap(({ message }) => wrap(message, 4)),
  ];
}

/** What an export changed in who has what. */
export function describeComparison({ moved, swapped, ended, replaced, deleted }: Comparison): readonly string[] {
  return table([
    ...moved.flatMap((move) => moveRows('moved', move)),
    ...swapped.flatMap((move) => moveRows('swapped', move)),
    ...ended.map(endedRow),
    ...replaced.map((object) => ['replaced', nameOf(object), 'deleted and added again: a new object']),
    ...deleted.map((object) => ['deleted', nameOf(object)]),
  ]);
}

function moveRows(kind: string, { value, from, to }: Move): readonly string[][] {
  const isSame = ({ propertyValue }: { propertyValue: string }): boolean =>
    propertyValue.toLowerCase() === value.toLowerCase();
  const waiting = to.conflicts.filter(isSame).flatMap((conflict) => conflict.waiting);
  return [
    [kind, value, `from ${nameOf(from)} to ${nameOf(to)}`],
    ...waiting.map((object) => ['', '', dim(`${nameOf(object)} still waits for it`)]),
  ];
}

function endedRow({ error, hasValue }: EndedConflict): readonly string[] {
  const { object, propertyName, propertyValue } = error;
  const value = propertyName === 'UserPrincipalName' ? `UPN:${propertyValue}` : propertyValue;
  return hasValue
    ? ['given back', value, `to ${nameOf(object)}`]
    : ['settled', value, `${nameOf(object)} asks for it no more`];
}

/** What a sweep gave back: the value, who had it, and who has it now. */
export function describeReleases(
  released: SweepAnswer['released'],
  objects: readonly DirectoryObject[],
): readonly string[] {
  const named = new Map(objects.map((object) => [object.sourceAnchor, nameOf(object)]));
  return table(
    released.map(({ propertyName, propertyValue, sourceAnchor, from }) => [
      'given back',
      propertyName === 'ProxyAddresses' ? propertyValue : `UPN:${propertyValue}`,
      `to ${named.get(sourceAnchor) ?? sourceAnchor}`,
      dim(
        `was ${from ? (named.get(from.sourceAnchor) ?? `${from.displayName ?? from.sourceAnchor}, deleted`) : 'taken'}`,
      ),
    ]),
  );
}
