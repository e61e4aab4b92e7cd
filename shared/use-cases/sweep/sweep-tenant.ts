/**
 * Sweeps the quarantine of a tenant: each vacant value goes to the object that has waited longest for it.
 *
 * The work grows with what was vacated since the last sweep: only `vacated|` rows are read, and for each its value
 * and its waiters. A released value can vacate others (a placeholder); they are given out in the same sweep. A sweep
 * that is cut off has left the rest of the `vacated|` rows, and the next one goes on with them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { valueChanges, type Transition } from '../../directory/transitions/transition.ts';
import { quarantinedValues, type DirectoryObject, type PropertyName, quarantinedKey } from '../../directory/objects.ts';
import { planRelease, valuesInQuestionOfRelease } from '../../directory/plan-release.ts';
import { textOf, type ValueKey } from '../../directory/values.ts';
import { RequestError } from '../../request-error.ts';
import type { Services } from '../../services.ts';
import { commit } from '../../store/commit.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { TooMuchToRead } from '../../store/read-rows.ts';
import { readObjects, readValues } from '../../store/read-directory.ts';
import { readLongestWaiting } from '../../store/read-longest-waiting.ts';
import { type Removal, removeVacant } from '../../store/remove-vacant.ts';
import type { KnownRows, Writer } from '../../store/write-context.ts';
import { deletedAnchorFromRow, vacancyFromRow, type Vacancy } from '../../store/vacancy-row.ts';
import type { StoredValue } from '../../store/value-row.ts';
import type { StoredObject } from '../../store/object-row.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import type { RegistrationId } from '../../tenant-id.ts';

/** A value given back; `from` is the object that had it before, where that is known. */
export type Release = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly sourceAnchor: string;
  readonly from: Vacancy['from'];
  readonly whenStarted: string;
};

export type Sweep = {
  readonly sweepId: string;
  readonly durationMs: number;
  readonly released: readonly Release[];
  /** Vacant values that objects still wait for: the sweep could have released them, and did not succeed. */
  readonly left: readonly ValueKey[];
  readonly counts: StorageCounts;
};

/** After so many rounds, one after the other, in which nothing could be released, the rest is left. */
const mostIdleRounds = 10;

/**
 * Sweeps the tenant of a registration. Behaviour 6.
 *
 * Throws what the storage throws if it does not answer; what was released stays released. The caller must look at
 * `left`: see {@link refuseUnfinished}.
 */
export async function sweepTenant(services: Services, registrationId: RegistrationId): Promise<Sweep> {
  const counts = noCounts();
  return countRequests(counts, async () => {
    const { storage, now, random, newId } = services;
    const partition = await storage.partition(registrationId, counts);
    const writer: Writer = { kind: 'sweep', runId: newId(), now: now() };
    const released: Release[] = [];
    const left: ValueKey[] = [];
    const { vacancies, removals } = await readVacancies(partition);
    const pieces: (readonly Vacancy[])[] = [vacancies];
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
      try {
        await sweepPiece(piece, { partition, writer, random, released, left, removals });
      } catch (error) {
        if (!(error instanceof TooMuchToRead) || piece.length === 1) throw error;
        const half = Math.ceil(piece.length / 2);
        pieces.unshift(piece.slice(0, half), piece.slice(half));
      }
    }
    return {
      sweepId: writer.runId,
      durationMs: now().getTime() - writer.now.getTime(),
      released,
      left,
      counts,
    };
  });
}

/**
 * Throws `SweepUnfinished` if a sweep left work that it could have done: others kept changing the same objects, or rows
 * contradict each other.
 */
export function refuseUnfinished({ left, released }: Sweep): void {
  const [first] = left;
  if (first === undefined) return;
  throw new RequestError(
    'SweepUnfinished',
    `Cannot finish the sweep: ${left.length} vacant values that objects wait for were not released, the first is "${textOf(first)}"; ${released.length} were. Sweep again. If they are left again, audit the tenant: rows may contradict each other.`,
  );
}

type Sweeping = {
  readonly partition: Partition;
  readonly writer: Writer;
  readonly random: () => number;
  /** What was released so far. */
  readonly released: Release[];
  readonly left: ValueKey[];
  /** Of deleted objects, as far as they are still to be made. */
  readonly removals: Removal[];
};

/** Gives out vacant values, and what falls vacant by that. Throws {@link TooMuchToRead} where who gets them has no room in memory. */
async function sweepPiece(
  piece: readonly Vacancy[],
  { partition, writer, random, released, left, removals }: Sweeping,
): Promise<void> {
  let vacancies = piece;
  let idleRounds = 0;
  while (vacancies.length + removals.length > 0 && idleRounds < mostIdleRounds) {
    const outcome = await sweepOnce(partition, vacancies, writer);
    released.push(...outcome.released);
    await removeVacant(partition, [...removals.splice(0), ...outcome.removals]);
    vacancies = outcome.next;
    idleRounds = outcome.released.length > 0 ? 0 : idleRounds + 1;
    if (outcome.isContended) await delay(random() * 10 * 2 ** Math.min(idleRounds, 6));
  }
  left.push(...vacancies.map(({ key }) => key));
}

async function readVacancies(partition: Partition): Promise<{ vacancies: Vacancy[]; removals: Removal[] }> {
  const vacancies: Vacancy[] = [];
  const removals: Removal[] = [];
  for await (const page of readPages(partition, keysFrom('vacated|'))) {
    for (const row of page) {
      const vacancy = vacancyFromRow(row);
      if (vacancy) vacancies.push(vacancy);
      else removals.push({ vacatedRowKey: row.rowKey, sourceAnchor: deletedAnchorFromRow(row) });
    }
  }
  return { vacancies, removals };
}

type Round = {
  readonly released: readonly Release[];
  /** Vacant values that nobody waits for. */
  readonly removals: readonly Removal[];
  /** What was vacated by this round, and what must be looked at again: others changed it meanwhile. */
  readonly next: Vacancy[];
  readonly isContended: boolean;
};

/** What one round finds: the vacant values with their rows, and who is to get them. */
type Findings = {
  readonly known: KnownRows;
  readonly grants: ReadonlyMap<string, readonly Vacancy[]>;
  readonly removals: readonly Removal[];
  /** Values whose row counts waiting objects, of which none was found: one stopped to wait just now, or a row is wrong. */
  readonly missed: readonly Vacancy[];
};

async function sweepOnce(partition: Partition, vacancies: readonly Vacancy[], sweep: Writer): Promise<Round> {
  const { known, grants, removals, missed } = await find(partition, vacancies);
  const transitions: Transition[] = [];
  for (const [sourceAnchor, granted] of grants) {
    const before = known.objects.get(sourceAnchor)?.object;
    if (before) transitions.push(releaseTransition(before, granted, { known, sweep }));
  }
  const previousHolders = new Map(vacancies.map(({ key, from }) => [key, from]));
  const { written } = await commit(partition, transitions, {
    ...sweep,
    previousHolders,
    known,
    placeholderFor: () => null,
  });
  const done = await withLostAnswers(partition, { transitions, written, sweep });

  const released: Release[] = [];
  const next: Vacancy[] = [...missed];
  for (const transition of transitions) {
    const { sourceAnchor, before } = transition;
    const granted = grants.get(sourceAnchor) ?? [];
    if (!done.has(sourceAnchor) || !before) {
      next.push(...granted);
      continue;
    }
    released.push(...granted.map((vacancy) => releaseOf(before, vacancy)));
    for (const key of valueChanges(transition).vacated) {
      const from = { sourceAnchor, displayName: before.exported.displayName };
      next.push({ key, runId: sweep.runId, from, at: sweep.now });
    }
  }
  return { released, removals, next, isContended: done.size < transitions.length || missed.length > 0 };
}

/**
 * Looks up each vacant value, its longest waiter, and that object.
 *
 * The values first: who begins to wait later changes the value's row, on whose ETag it is given out.
 */
async function find(partition: Partition, vacancies: readonly Vacancy[]): Promise<Findings> {
  const stored = await readValues(
    partition,
    vacancies.map(({ key }) => key),
  );
  const values = new Map<ValueKey, StoredValue>();
  const removals: Removal[] = [];
  const wanted: Vacancy[] = [];
  for (const vacancy of vacancies) {
    const { key, runId } = vacancy;
    const value = stored.get(key);
    // Somebody took it in the meantime.
    if (value?.vacatedBy !== runId) continue;
    values.set(key, value);
    if (value.waiting === 0) removals.push({ key, runId });
    else wanted.push(vacancy);
  }
  const waiters = await readLongestWaiting(
    partition,
    wanted.map(({ key }) => key),
  );
  const winners = new Map<string, Vacancy[]>();
  for (const vacancy of wanted) {
    const waiter = waiters.get(vacancy.key);
    if (waiter) winners.set(waiter.sourceAnchor, [...(winners.get(waiter.sourceAnchor) ?? []), vacancy]);
  }
  const objects = await readObjects(partition, [...winners.keys()]);
  const grants = new Map<string, readonly Vacancy[]>();
  for (const [sourceAnchor, won] of winners) {
    const object = objects.get(sourceAnchor)?.object;
    const awaited = object && quarantinedValues(object);
    const given = won.filter(({ key }) => awaited?.has(key));
    if (given.length > 0) grants.set(sourceAnchor, given);
  }
  const granted = new Set([...grants.values()].flat());
  return {
    known: { objects, values: await withCalculatedAddresses(partition, { grants, objects, values }) },
    grants,
    removals,
    missed: wanted.filter((vacancy) => !granted.has(vacancy)),
  };
}

/** Adds the other values that the releases change: the calculated addresses of licensed users. */
async function withCalculatedAddresses(
  partition: Partition,
  {
    grants,
    objects,
    values,
  }: {
    grants: ReadonlyMap<string, readonly Vacancy[]>;
    objects: ReadonlyMap<string, StoredObject>;
    values: ReadonlyMap<ValueKey, StoredValue>;
  },
): Promise<Map<ValueKey, StoredValue>> {
  const keys = new Set<ValueKey>();
  for (const [sourceAnchor, granted] of grants) {
    const object = objects.get(sourceAnchor)?.object;
    if (!object) continue;
    const released = new Set(granted.map(({ key }) => key));
    for (const key of valuesInQuestionOfRelease(object, released)) if (!values.has(key)) keys.add(key);
  }
  return new Map([...values, ...(await readValues(partition, keys))]);
}

function releaseTransition(
  before: DirectoryObject,
  granted: readonly Vacancy[],
  { known, sweep }: { known: KnownRows; sweep: Writer },
): Transition {
  const keys = new Set(granted.map(({ key }) => key));
  const after = planRelease(before, keys, { values: known.values, now: sweep.now });
  return { sourceAnchor: before.sourceAnchor, before, after };
}

/** Adds to what was written those of which this sweep did write the row, though the answer to that was lost. */
async function withLostAnswers(
  partition: Partition,
  { transitions, written, sweep }: { transitions: readonly Transition[]; written: ReadonlySet<string>; sweep: Writer },
): Promise<ReadonlySet<string>> {
  const unsure = transitions.map(({ sourceAnchor }) => sourceAnchor).filter((anchor) => !written.has(anchor));
  const stored = await readObjects(partition, unsure);
  return new Set([...written, ...unsure.filter((anchor) => stored.get(anchor)?.writtenBy === sweep.runId)]);
}

function releaseOf(before: DirectoryObject, { key, from }: Vacancy): Release {
  const entry = before.quarantined.find((quarantined) => quarantinedKey(quarantined) === key);
  if (!entry) throw new Error(`Object "${before.sourceAnchor}" did not wait for "${key}"`);
  const { propertyName, propertyValue, whenStarted } = entry;
  return { propertyName, propertyValue, sourceAnchor: before.sourceAnchor, from, whenStarted };
}
