import type { SweepAnswer } from './client.ts';
import type { Comparison, EndedConflict, Move } from './compare.ts';
import { nameOf } from './describe-conflicts.ts';
import type { DirectoryObject } from './directory-object.ts';
import { dim, table } from './print.ts';

/** Returns a table of the values that changed their holders, the conflicts that ended, and the deleted objects. */
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
    ? ['released', value, `to ${nameOf(object)}`]
    : ['withdrawn', value, `${nameOf(object)} no longer desires it`];
}

/** Returns a table of the values that a sweep released, with their new and their former holders. */
export function describeReleases(
  released: SweepAnswer['released'],
  objects: readonly DirectoryObject[],
): readonly string[] {
  const named = new Map(objects.map((object) => [object.sourceAnchor, nameOf(object)]));
  return table(
    released.map(({ propertyName, propertyValue, sourceAnchor, from }) => [
      'released',
      propertyName === 'ProxyAddresses' ? propertyValue : `UPN:${propertyValue}`,
      `to ${named.get(sourceAnchor) ?? sourceAnchor}`,
      dim(`from ${formerHolder(from, named)}`),
    ]),
  );
}

function formerHolder(from: SweepAnswer['released'][number]['from'], named: ReadonlyMap<string, string>): string {
  if (from === null) return 'an unknown object';
  return named.get(from.sourceAnchor) ?? `${from.displayName ?? from.sourceAnchor}, deleted`;
}
