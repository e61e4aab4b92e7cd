/** Which transitions must be written together, and in what order if they are too many for one transaction. */
import type { ValueKey } from '../values.ts';
import { touchedValues, type Transition, valueChanges } from './transition.ts';

/**
 * Groups transitions that touch a value in common, directly or through others.
 *
 * No two clusters have a value in common, so they can be written in any order and side by side, and one can fail without
 * the others.
 */
export function clusterTransitions(transitions: readonly Transition[]): readonly (readonly Transition[])[] {
  const parents = transitions.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] as number;
    for (let at = index; at !== root;) [at, parents[at]] = [parents[at] as number, root];
    return root;
  };
  const firstToTouch = new Map<ValueKey, number>();
  transitions.forEach((transition, index) => {
    for (const key of touchedValues(valueChanges(transition))) {
      const first = firstToTouch.get(key);
      if (first === undefined) firstToTouch.set(key, index);
      else parents[rootOf(index)] = rootOf(first);
    }
  });
  return [...Map.groupBy(transitions.keys(), rootOf).values()].map((cluster) =>
    cluster.map((index) => transitions[index] as Transition),
  );
}

/** A cluster in the order in which it is written. */
type OrderedCluster = {
  readonly ordered: readonly Transition[];
  /** The transitions that close a ring, with the values that they take before another object has vacated them. */
  readonly early: ReadonlyMap<Transition, readonly ValueKey[]>;
};

/**
 * Orders a cluster so that each value is vacated before it is taken, or in the same transition.
 *
 * No order satisfies a ring of exchanges: the transitions that close one are listed in `early`.
 */
export function orderCluster(cluster: readonly Transition[]): OrderedCluster {
  const changes = new Map(cluster.map((transition) => [transition, valueChanges(transition)]));
  const vacating = new Map<ValueKey, Transition>();
  for (const [transition, { vacated }] of changes) for (const key of vacated) vacating.set(key, transition);

  const ordered: Transition[] = [];
  const early = new Map<Transition, readonly ValueKey[]>();
  const state = new Map<Transition, 'open' | 'done'>();
  for (const start of cluster) {
    // Depth first without recursion: a chain of moves can be as long as an export.
    const path = state.has(start) ? [] : [start];
    while (path.length > 0) {
      const transition = path.at(-1) as Transition;
      state.set(transition, state.get(transition) ?? 'open');
      const needed = (changes.get(transition)?.taken ?? []).map((key) => ({ key, from: vacating.get(key) }));
      const next = needed.find(({ from }) => from && !state.has(from))?.from;
      if (next) {
        path.push(next);
        continue;
      }
      const open = needed.filter(({ from }) => from && from !== transition && state.get(from) === 'open');
      const keys = open.map(({ key }) => key);
      if (keys.length > 0) early.set(transition, keys);
      state.set(transition, 'done');
      ordered.push(transition);
      path.pop();
    }
  }
  return { ordered, early };
}
