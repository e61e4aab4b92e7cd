/** What a transition of an object means for values: which it takes, gives up, starts and stops to wait for. */
import { awaitedValues, heldValues, quarantinedKey, type QuarantinedValue } from './objects.ts';
import type { Transition } from './plan-export.ts';
import type { ValueKey } from './values.ts';

/** A quarantined value with the value that it stands for. */
export type AwaitedValue = { readonly key: ValueKey; readonly quarantined: QuarantinedValue };

export type ValueChanges = {
  readonly taken: readonly ValueKey[];
  readonly givenUp: readonly ValueKey[];
  /** Quarantines that begin; one that begins anew on a new object of the same anchor also ends. */
  readonly started: readonly AwaitedValue[];
  readonly stopped: readonly AwaitedValue[];
  /** Quarantines that go on. */
  readonly kept: readonly AwaitedValue[];
};

const noValues: ReadonlySet<ValueKey> = new Set();
const noAwaited: ReadonlyMap<ValueKey, QuarantinedValue> = new Map();

/** Compares an object before and after. */
export function valueChanges({ before, after }: Transition): ValueChanges {
  const [heldBefore, heldAfter] = [before ? heldValues(before) : noValues, after ? heldValues(after) : noValues];
  const awaitedBefore = before ? awaitedValues(before) : noAwaited;
  const awaitedAfter = after ? awaitedValues(after) : noAwaited;
  const goesOn = ({ key }: AwaitedValue): boolean =>
    awaitedBefore.get(key)?.whenStarted === awaitedAfter.get(key)?.whenStarted;
  const waitsBefore = (before?.quarantined ?? []).map(withKey);
  const waitsAfter = (after?.quarantined ?? []).map(withKey);
  return {
    taken: [...heldAfter].filter((key) => !heldBefore.has(key)),
    givenUp: [...heldBefore].filter((key) => !heldAfter.has(key)),
    started: waitsAfter.filter((wait) => !goesOn(wait)),
    stopped: waitsBefore.filter((wait) => !goesOn(wait)),
    kept: waitsAfter.filter(goesOn),
  };
}

function withKey(quarantined: QuarantinedValue): AwaitedValue {
  return { key: quarantinedKey(quarantined), quarantined };
}

/** Gives all the values that a transition touches. */
export function touchedValues({ taken, givenUp, started, stopped }: ValueChanges): readonly ValueKey[] {
  return [...taken, ...givenUp, ...started.map(({ key }) => key), ...stopped.map(({ key }) => key)];
}
