/** An object before and after a write, and what that changes for values. */
import {
  type DirectoryObject,
  heldValues,
  quarantinedKey,
  type QuarantinedValue,
  quarantinedValues,
} from '../objects.ts';
import type { ValueKey } from '../values.ts';

/** An object before and after; undefined if it does not exist. */
export type Transition = {
  readonly sourceAnchor: string;
  readonly before: DirectoryObject | undefined;
  readonly after: DirectoryObject | undefined;
};

/** A quarantined value with its key. */
export type Quarantine = { readonly key: ValueKey; readonly quarantined: QuarantinedValue };

/** The values that an object takes and vacates, and the quarantines that start, stop and go on. */
export type ValueChanges = {
  readonly taken: readonly ValueKey[];
  readonly vacated: readonly ValueKey[];
  /** A quarantine that starts again on a new object with the same anchor is among the stopped ones too. */
  readonly started: readonly Quarantine[];
  readonly stopped: readonly Quarantine[];
  readonly ongoing: readonly Quarantine[];
};

const noValues: ReadonlySet<ValueKey> = new Set();
const noneQuarantined: ReadonlyMap<ValueKey, QuarantinedValue> = new Map();

/** Compares an object before and after. */
export function valueChanges({ before, after }: Transition): ValueChanges {
  const [heldBefore, heldAfter] = [before ? heldValues(before) : noValues, after ? heldValues(after) : noValues];
  const earlier = before ? quarantinedValues(before) : noneQuarantined;
  const later = after ? quarantinedValues(after) : noneQuarantined;
  const goesOn = ({ key }: Quarantine): boolean => earlier.get(key)?.whenStarted === later.get(key)?.whenStarted;
  const quarantinesBefore = (before?.quarantined ?? []).map(withKey);
  const quarantinesAfter = (after?.quarantined ?? []).map(withKey);
  return {
    taken: [...heldAfter].filter((key) => !heldBefore.has(key)),
    vacated: [...heldBefore].filter((key) => !heldAfter.has(key)),
    started: quarantinesAfter.filter((quarantine) => !goesOn(quarantine)),
    stopped: quarantinesBefore.filter((quarantine) => !goesOn(quarantine)),
    ongoing: quarantinesAfter.filter(goesOn),
  };
}

function withKey(quarantined: QuarantinedValue): Quarantine {
  return { key: quarantinedKey(quarantined), quarantined };
}

/** Returns all values that a transition touches. */
export function touchedValues({ taken, vacated, started, stopped }: ValueChanges): readonly ValueKey[] {
  return [...taken, ...vacated, ...started.map(({ key }) => key), ...stopped.map(({ key }) => key)];
}
