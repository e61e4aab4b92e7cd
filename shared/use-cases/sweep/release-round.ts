/** Releases vacant values, one round at a time: reads, plans, writes, and decides what the next round looks at. */
import { type DirectoryObject, type PropertyName, quarantinedKey, quarantinedValues } from '../../directory/objects.ts';
import { planRelease, valuesInQuestionOfRelease } from '../../directory/plan-release.ts';
import { type Transition, valueChanges } from '../../directory/transitions/transition.ts';
import type { ValueKey } from '../../directory/values.ts';
import { commit } from '../../store/commit.ts';
import type { StoredObject } from '../../store/object-row.ts';
import type { Partition } from '../../store/partition.ts';
import { readObjects, readValues } from '../../store/read-directory.ts';
import { readLongestWaiting } from '../../store/read-longest-waiting.ts';
import type { Removal } from '../../store/remove-vacant.ts';
import type { KnownRows, Writer } from '../../store/write-context.ts';
import type { Vacancy } from '../../store/vacancy-row.ts';
import type { StoredValue } from '../../store/value-row.ts';

/** A released value. `from` is the object that held it before, if that is known. */
export type Release = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly sourceAnchor: string;
  readonly from: Vacancy['from'];
  readonly whenStarted: string;
};

/** The outcome of a round. */
export type ReleaseRound = {
  readonly released: readonly Release[];
  /** Vacant values for which no object waits: their rows can go. */
  readonly removals: readonly Removal[];
  /** The values that this round vacated, and those to look at again because another run changed them meanwhile. */
  readonly next: readonly Vacancy[];
  readonly isContended: boolean;
};

/** Releases each vacant value to the object that has waited longest for it, as far as no race is lost. */
export async function releaseRound(
  partition: Partition,
  vacancies: readonly Vacancy[],
  sweep: Writer,
): Promise<ReleaseRound> {
  const snapshot = await readForRelease(partition, vacancies);
  const transitions = planReleases(snapshot, sweep);
  const { written } = await commit(partition, transitions, {
    ...sweep,
    previousHolders: new Map(vacancies.map(({ key, from }) => [key, from])),
    known: snapshot.known,
    placeholderFor: () => null,
  });
  const done = await withLostAnswers(partition, { transitions, written, sweep });
  return decideNext(snapshot, { transitions, done, sweep });
}

/** The vacant values with their rows, and the objects that they are due to. */
type ReleaseSnapshot = {
  readonly known: KnownRows;
  /** The vacancies that each object gets, by source anchor. */
  readonly due: ReadonlyMap<string, readonly Vacancy[]>;
  readonly removals: readonly Removal[];
  /** Values whose row counts waiting objects, but no such object was found: it has just stopped waiting, or a row is wrong. */
  readonly missed: readonly Vacancy[];
};

/**
 * Reads each vacant value, the object that has waited longest for it, and that object's row.
 *
 * Values first: an object that starts to wait later changes the row of the value, and the release depends on its ETag.
 */
async function readForRelease(partition: Partition, vacancies: readonly Vacancy[]): Promise<ReleaseSnapshot> {
  const { values, removals, waitedFor } = await readVacantValues(partition, vacancies);
  const waiters = await readLongestWaiting(
    partition,
    waitedFor.map(({ key }) => key),
  );
  const first = Map.groupBy(waitedFor, ({ key }) => waiters.get(key)?.sourceAnchor);
  const anchors = [...first.keys()].filter((anchor) => anchor !== undefined);
  const objects = await readObjects(partition, anchors);
  const due = new Map<string, readonly Vacancy[]>();
  for (const anchor of anchors) {
    const object = objects.get(anchor)?.object;
    const quarantined = object && quarantinedValues(object);
    const vacanciesOf = first.get(anchor)?.filter(({ key }) => quarantined?.has(key)) ?? [];
    if (vacanciesOf.length > 0) due.set(anchor, vacanciesOf);
  }
  const found = new Set([...due.values()].flat());
  return {
    known: { objects, values: await withCalculatedAddresses(partition, { due, objects, values }) },
    due,
    removals,
    missed: waitedFor.filter((vacancy) => !found.has(vacancy)),
  };
}

/** Reads the rows of vacant values, and divides them into those that objects wait for and those that can be removed. */
async function readVacantValues(
  partition: Partition,
  vacancies: readonly Vacancy[],
): Promise<{
  readonly values: ReadonlyMap<ValueKey, StoredValue>;
  readonly removals: readonly Removal[];
  readonly waitedFor: readonly Vacancy[];
}> {
  const stored = await readValues(
    partition,
    vacancies.map(({ key }) => key),
  );
  const values = new Map<ValueKey, StoredValue>();
  const removals: Removal[] = [];
  const waitedFor: Vacancy[] = [];
  for (const vacancy of vacancies) {
    const { key, runId } = vacancy;
    const value = stored.get(key);
    // Otherwise an object has taken the value meanwhile.
    if (value?.vacatedBy !== runId) continue;
    values.set(key, value);
    if (value.waiting === 0) removals.push({ key, runId });
    else waitedFor.push(vacancy);
  }
  return { values, removals, waitedFor };
}

/** Adds the other values that the releases change: the calculated addresses of licensed users. */
async function withCalculatedAddresses(
  partition: Partition,
  {
    due,
    objects,
    values,
  }: {
    due: ReleaseSnapshot['due'];
    objects: ReadonlyMap<string, StoredObject>;
    values: ReadonlyMap<ValueKey, StoredValue>;
  },
): Promise<Map<ValueKey, StoredValue>> {
  const keys = new Set<ValueKey>();
  for (const [sourceAnchor, vacancies] of due) {
    const object = objects.get(sourceAnchor)?.object;
    if (!object) continue;
    const released = new Set(vacancies.map(({ key }) => key));
    for (const key of valuesInQuestionOfRelease(object, released)) if (!values.has(key)) keys.add(key);
  }
  return new Map([...values, ...(await readValues(partition, keys))]);
}

function planReleases({ due, known }: ReleaseSnapshot, { now }: Writer): readonly Transition[] {
  const transitions: Transition[] = [];
  for (const [sourceAnchor, vacancies] of due) {
    const before = known.objects.get(sourceAnchor)?.object;
    if (!before) continue;
    const released = new Set(vacancies.map(({ key }) => key));
    transitions.push({ sourceAnchor, before, after: planRelease(before, released, { values: known.values, now }) });
  }
  return transitions;
}

/** Adds, to the written objects, those that this sweep did write although the answer was lost. */
async function withLostAnswers(
  partition: Partition,
  { transitions, written, sweep }: { transitions: readonly Transition[]; written: ReadonlySet<string>; sweep: Writer },
): Promise<ReadonlySet<string>> {
  const unsure = transitions.map(({ sourceAnchor }) => sourceAnchor).filter((anchor) => !written.has(anchor));
  const stored = await readObjects(partition, unsure);
  return new Set([...written, ...unsure.filter((anchor) => stored.get(anchor)?.writtenBy === sweep.runId)]);
}

/** Lists the released values, and what the next round looks at. */
function decideNext(
  { due, removals, missed }: ReleaseSnapshot,
  { transitions, done, sweep }: { transitions: readonly Transition[]; done: ReadonlySet<string>; sweep: Writer },
): ReleaseRound {
  const released: Release[] = [];
  const next: Vacancy[] = [...missed];
  for (const transition of transitions) {
    const { sourceAnchor, before } = transition;
    const vacancies = due.get(sourceAnchor) ?? [];
    if (!done.has(sourceAnchor) || !before) {
      next.push(...vacancies);
      continue;
    }
    released.push(...vacancies.map((vacancy) => releaseOf(before, vacancy)));
    const from = { sourceAnchor, displayName: before.exported.displayName };
    for (const key of valueChanges(transition).vacated) next.push({ key, runId: sweep.runId, from, at: sweep.now });
  }
  return { released, removals, next, isContended: done.size < transitions.length || missed.length > 0 };
}

function releaseOf(before: DirectoryObject, { key, from }: Vacancy): Release {
  const entry = before.quarantined.find((quarantined) => quarantinedKey(quarantined) === key);
  if (!entry) throw new Error(`Object "${before.sourceAnchor}" did not wait for "${key}"`);
  const { propertyName, propertyValue, whenStarted } = entry;
  return { propertyName, propertyValue, sourceAnchor: before.sourceAnchor, from, whenStarted };
}
