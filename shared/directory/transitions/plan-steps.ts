/** Plans the order in which a cluster is written that is too large for one transaction. */
import { orderCluster } from './cluster-transitions.ts';
import { cutTransition, type WrittenTransition } from './cut-transition.ts';
import type { Transition } from './transition.ts';
import { waitForValues } from './wait-for-values.ts';

/** What the steps of a cluster depend on. */
export type StepContext = {
  readonly now: Date;
  /** Chooses a placeholder for a user who, in a ring of exchanges, must wait for its UPN. */
  readonly placeholderFor: (userPrincipalName: string) => string | null;
  readonly rowsPerTransaction: number;
};

/**
 * Returns the steps of a cluster in order. Each fits a transaction and leaves the directory valid.
 *
 * A value is vacated before it is taken. A ring of exchanges, which no order satisfies, is opened: one of its objects
 * waits for its values until the others have vacated them.
 */
export function* planSteps(
  cluster: readonly Transition[],
  { now, placeholderFor, rowsPerTransaction }: StepContext,
): Generator<WrittenTransition> {
  const { ordered, early } = orderCluster(cluster);
  const closing: Transition[] = [];
  for (const transition of ordered) {
    const keys = early.get(transition);
    if (!keys || !transition.after) {
      yield* cutTransition(transition, rowsPerTransaction);
      continue;
    }
    const { before } = transition;
    const opening = { ...transition, after: waitForValues(transition.after, keys, { before, now, placeholderFor }) };
    yield* cutTransition(opening, rowsPerTransaction).map((step) => ({ ...step, isPart: true }));
    closing.push({ ...transition, before: opening.after });
  }
  for (const transition of closing) yield* cutTransition(transition, rowsPerTransaction);
}
