/** Steps: in what order the transitions of a cluster are written that is too large for one transaction. */
import { orderOf } from './clusters.ts';
import { cutTransition, type WrittenTransition } from './cut-transition.ts';
import { holdBack } from './hold-back.ts';
import type { Transition } from './plan-export.ts';

/** What the steps of a cluster are made with. */
export type StepContext = {
  readonly now: Date;
  /** Chooses a placeholder for a user who, in a ring of exchanges, must wait for its UPN. */
  readonly placeholderFor: (userPrincipalName: string) => string | null;
  readonly rowsPerTransaction: number;
};

/**
 * Brings a cluster into an order of steps, each of which fits a transaction and leaves the directory in order.
 *
 * A value is vacated before it is taken. A ring of exchanges, which no order satisfies, is opened: one object of it waits
 * for its values until the others have vacated them.
 */
export function* stepsOf(
  cluster: readonly Transition[],
  { now, placeholderFor, rowsPerTransaction }: StepContext,
): Generator<WrittenTransition> {
  const { ordered, early } = orderOf(cluster);
  const closing: Transition[] = [];
  for (const transition of ordered) {
    const keys = early.get(transition);
    if (!keys || !transition.after) {
      yield* cutTransition(transition, rowsPerTransaction);
      continue;
    }
    const { before } = transition;
    const held = { ...transition, after: holdBack(transition.after, keys, { before, now, placeholderFor }) };
    yield* cutTransition(held, rowsPerTransaction).map((step) => ({ ...step, isPart: true }));
    closing.push({ ...transition, before: held.after });
  }
  for (const transition of closing) yield* cutTransition(transition, rowsPerTransaction);
}
