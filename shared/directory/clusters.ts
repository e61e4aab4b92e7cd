/**
 * Clusters: which transitions have to be written together, and in what order where they are too many for one write.
 */
import { touchedValues, valueChanges } from './changes.ts';
import type { Transition } from './plan-export.ts';
import type { ValueKey } from './values.ts';

/**
 * Groups transitions that touch a value in common, directly or through others.
 *
 * No two clusters have a value in common, so that they can be written in any order, side by side, and one can fail
 * without the others.
 */
export function clustersOf(transitions: readonly Transition[]): readonly (readonly Transition[])[] {
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
  const clusters = new Map<number, Transition[]>();
  transitions.forEach((transition, index) => {
    const root = rootOf(index);
    const cluster = clusters.get(root);
    if (cluster) cluster.push(transition);
    else clusters.set(root, [transition]);
  });
  return [...clusters.values()];
}

/**
 * Orders a cluster so that each value is given up before, or together with, its being taken.
 *
 * Gives also the transitions that close a ring, which no order can satisfy: they wait for a value that an object
 * further down gives up only later.
 */
export function orderOf(cluster: readonly Transition[]): {
  readonly ordered: readonly Transition[];
  readonly early: ReadonlyMap<Transition, readonly ValueKey[]>;
} {
  const changes = new Map(cluster.map((transition) => [transition, valueChanges(transition)]));
  const givers = new Map<ValueKey, Transition>();
  for (const [transition, { givenUp }] of changes) for (const key of givenUp) givers.set(key, transition);

  const ordered: Transition[] = [];
  const early = new Map<Transition, ValueKey[]>();
  const state = new Map<Transition, 'open' | 'done'>();
  for (const start of cluster) {
    // Depth first without recursion: a chain of moves can be as long as an export.
    const path = state.has(start) ? [] : [start];
    while (path.length > 0) {
      const transition = path.at(-1) as Transition;
      state.set(transition, state.get(transition) ?? 'open');
      const before = (changes.get(transition)?.taken ?? []).map((key) => ({ key, giver: givers.get(key) }));
      const next = before.find(({ giver }) => giver && !state.has(giver))?.giver;
      if (next) {
        path.push(next);
        continue;
      }
      const open = before.filter(({ giver }) => giver && giver !== transition && state.get(giver) === 'open');
      if (open.length > 0)
        early.set(
          transition,
          open.map(({ key }) => key),
        );
      state.set(transition, 'done');
      ordered.push(transition);
      path.pop();
    }
  }
  return { ordered, early };
}
