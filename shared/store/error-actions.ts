/** The rows of the provisioning errors that a transition begins, ends or changes. */
import { quarantinedValues } from '../directory/objects.ts';
import type { WrittenTransition } from '../directory/transitions/cut-transition.ts';
import type { Quarantine, ValueChanges } from '../directory/transitions/transition.ts';
import { errorToRow, isShownAlike } from './error-row.ts';
import { isUnfinished } from './is-unfinished.ts';
import { errorRowKey } from './keys.ts';
import type { KnownRows, RowAction, WriteContext } from './write-context.ts';

/** Builds the rows of an object's provisioning errors. */
export function errorActions(
  { transition, started, stopped, ongoing }: ValueChanges & { readonly transition: WrittenTransition },
  { known }: WriteContext,
): readonly RowAction[] {
  const { sourceAnchor, after } = transition;
  const shown = transition.shownAs ?? after;
  const removed = stopped.map(({ key, quarantined }): RowAction => {
    return { write: { kind: 'remove', rowKey: errorRowKey(key, quarantined, sourceAnchor) } };
  });
  if (!shown) return removed;
  const asShown = quarantinedValues(shown);
  return [
    ...removed,
    ...started.map(({ quarantined }): RowAction => {
      return { write: { kind: 'create', row: errorToRow(shown, quarantined) } };
    }),
    ...restamped(transition, ongoing, known).map(({ key, quarantined }): RowAction => {
      // The object as shown may spell the address in another way.
      return { write: { kind: 'put', row: errorToRow(shown, asShown.get(key) ?? quarantined) } };
    }),
  ];
}

/**
 * Returns the ongoing errors whose rows must be written again, because the object changed. After an unfinished write they
 * all are: their rows may show an object that was never written.
 */
function restamped(
  { sourceAnchor, before, after, restamp }: WrittenTransition,
  ongoing: readonly Quarantine[],
  known: KnownRows,
): readonly Quarantine[] {
  if (restamp) return ongoing.filter(({ key }) => restamp.has(key));
  if (!before || !after || ongoing.length === 0) return [];
  const stored = known.objects.get(sourceAnchor);
  if (stored && isUnfinished(stored)) return ongoing;
  if (!isShownAlike(before, after)) return ongoing;
  return ongoing.filter(({ quarantined }) => !before.quarantined.some((same) => isSame(same, quarantined)));
}

function isSame(left: Quarantine['quarantined'], right: Quarantine['quarantined']): boolean {
  return left.propertyName === right.propertyName && left.propertyValue === right.propertyValue;
}
