/**
 * Attempts an export: reads, plans, checks the limits, writes, and decides what remains.
 *
 * Planning a large export takes most of a second, and so does packing it: other requests get their turn in between.
 */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { valueChanges, type Transition } from '../../directory/transitions/transition.ts';
import { quarantinedKey } from '../../directory/objects.ts';
import { holderInConflict } from '../../directory/operation-failure.ts';
import { choosePlaceholder } from '../../directory/placeholder.ts';
import { type ExportPlan, planExport } from '../../directory/export/plan-export.ts';
import { smtpKey, upnKey, type ValueKey } from '../../directory/values.ts';
import { type Commit, commit } from '../../store/commit.ts';
import { readObjects, readPlaceholders } from '../../store/read-directory.ts';
import type { KnownRows } from '../../store/write-context.ts';
import type { StoredValue } from '../../store/value-row.ts';
import { isPartOf, isUnfinished } from '../../store/is-unfinished.ts';
import type { ExportProgress, ExportRun } from './export-progress.ts';
import { refuseLargeAnswer } from './refuse-large-answer.ts';
import { countDeletes } from './count-deletes.ts';
import { anchorsOf, type ExportSnapshot, presumeNew, readForExport } from './read-for-export.ts';

/** Rows that still contradict each other after so many reads are damaged. That is for an audit; exports go on. */
const mostRereads = 5;

/** Attempts the pending items of an export. Items that are still pending afterwards lost a race: attempt them again. */
export async function attemptExport(progress: ExportProgress, run: ExportRun): Promise<ExportProgress> {
  const snapshot = await readForExport(run.partition, progress.pending, run.writer.runId);
  const { items, isConsistent } = snapshot;
  if (!isConsistent && progress.rereads < mostRereads) {
    return { ...progress, pending: items, rereads: progress.rereads + 1 };
  }
  const planned = planSnapshot(snapshot, progress, run);
  const checked = await checkLimits(planned, progress, run);
  const { known, plan } = planned;
  const { written, lost } = await write(planned, run, { endsWithLoss: false });
  const undecided = withDependents(lost, plan);
  return {
    ...withWritten(checked, planned, written),
    placeholders: merge(progress.placeholders, await readTakenPlaceholders(plan, lost, run)),
    known: mergeKnown(progress.known, known),
    pending: items.filter(({ sourceAnchor }) => sourceAnchor !== null && undecided.has(sourceAnchor)),
  };
}

/**
 * Attempts an export whose objects are presumed to be new: nothing is read, and each row is written only if it does not
 * exist yet. An operation that fails remains pending too, because it has to be judged by the rows that exist.
 */
export async function attemptNewObjects(progress: ExportProgress, run: ExportRun): Promise<ExportProgress> {
  const planned = planSnapshot(presumeNew(progress.pending), progress, run);
  const checked = await checkLimits(planned, progress, run);
  const { written } = await write(planned, run, { endsWithLoss: true });
  return {
    ...withWritten(checked, planned, written),
    known: mergeKnown(progress.known, planned.known),
    pending: progress.pending.filter(({ sourceAnchor }) => sourceAnchor === null || !written.has(sourceAnchor)),
  };
}

/** A planned attempt, with the rows that the plan is based on. */
type Planned = {
  readonly snapshot: ExportSnapshot;
  readonly known: KnownRows;
  readonly plan: ExportPlan;
  /** The objects that this export changes, as they were before it. */
  readonly originals: ExportProgress['originals'];
};

/** Plans an attempt from its snapshot, without storage. */
function planSnapshot(snapshot: ExportSnapshot, progress: ExportProgress, run: ExportRun): Planned {
  const { items, stored, objects, folded } = snapshot;
  const values = merge(progress.placeholders, snapshot.values);
  const originals = presentOriginals(snapshot, progress, run);
  const plan = planExport(
    items,
    { objects, values, folded },
    {
      placeholderForm: run.tenant,
      now: run.writer.now,
      random: run.random,
      newObjectId: run.newId,
      alreadyVacated: progress.vacated,
      originals,
    },
  );
  return {
    snapshot,
    known: { objects: new Map(stored), values },
    plan,
    originals: withOriginals(originals, plan.transitions),
  };
}

/** Keeps only the originals of objects that this export has partly written. */
function presentOriginals(
  { stored }: ExportSnapshot,
  { originals }: ExportProgress,
  { writer }: ExportRun,
): ExportProgress['originals'] {
  return new Map(
    [...originals].filter(([sourceAnchor]) => {
      const found = stored.get(sourceAnchor);
      return found && isPartOf(writer.runId, found);
    }),
  );
}

function withOriginals(
  originals: ExportProgress['originals'],
  transitions: readonly Transition[],
): ExportProgress['originals'] {
  return new Map([...transitions.map(({ sourceAnchor, before }) => [sourceAnchor, before] as const), ...originals]);
}

/** Refuses a plan that deletes too many objects or has too large an answer; returns the progress with its results. */
async function checkLimits(planned: Planned, progress: ExportProgress, run: ExportRun): Promise<ExportProgress> {
  const { plan, known, snapshot } = planned;
  await letOthersRun();
  const deletes = countDeletes(progress.deletes, plan.transitions, { ...snapshot, limit: run.deletionLimit });
  const results = withResults(progress.results, plan);
  await readHolders(planned, progress, run);
  await refuseLargeAnswer([...results.values()], { ...run, known, plan, isBegun: progress.isBegun });
  return { ...progress, results, deletes, isBegun: true };
}

/** Adds the results of a plan, and updates earlier results whose objects the plan changes again. */
function withResults(earlier: ExportProgress['results'], plan: ExportPlan): ExportProgress['results'] {
  const results = new Map(earlier);
  if (earlier.size > 0) {
    const changed = new Map(plan.transitions.map(({ sourceAnchor, after }) => [sourceAnchor, after]));
    for (const [index, result] of earlier) {
      const object = result.object && changed.get(result.object.sourceAnchor);
      if (object) results.set(index, { ...result, object });
    }
  }
  for (const result of plan.results) results.set(result.index, result);
  return results;
}

/**
 * Reads the holders of newly quarantined values: the history and the answer name them.
 *
 * Objects of the export itself are not read again: its writes are conditional on the rows that the plan is based on.
 */
async function readHolders(
  { plan, known }: Planned,
  { pending }: ExportProgress,
  { partition }: ExportRun,
): Promise<void> {
  const own = new Set(anchorsOf(pending));
  const unknown = new Set<string>();
  for (const { newlyQuarantined } of plan.results) {
    for (const quarantined of newlyQuarantined) {
      const holder = known.values.get(quarantinedKey(quarantined))?.holder;
      if (holder && !known.objects.has(holder) && !own.has(holder)) unknown.add(holder);
    }
  }
  for (const [sourceAnchor, stored] of await readObjects(partition, [...unknown])) {
    known.objects.set(sourceAnchor, stored);
  }
}

/** Writes a plan, and completes the writes that an earlier export did not finish. */
async function write(
  { snapshot, known, plan }: Planned,
  { partition, tenant, writer, random }: ExportRun,
  { endsWithLoss }: { readonly endsWithLoss: boolean },
): Promise<Commit> {
  const { values } = known;
  const isTaken = (candidate: string): boolean => values.has(upnKey(candidate)) || values.has(smtpKey(candidate));
  const placeholderFor = (name: string): string | null => choosePlaceholder(name, tenant, { isTaken, random });
  const transitions = [...plan.transitions, ...unfinishedWrites(snapshot, plan)];
  await letOthersRun();
  return commit(partition, transitions, { ...writer, known, placeholderFor, endsWithLoss });
}

/**
 * Returns transitions that change nothing, for objects whose last write was interrupted: it may have left error rows that
 * show the object as it never was. Writing them again completes that write.
 */
function unfinishedWrites({ stored }: ExportSnapshot, { transitions }: ExportPlan): readonly Transition[] {
  const unfinished = [...stored].filter(([, found]) => found.object && isUnfinished(found));
  if (unfinished.length === 0) return [];
  const changing = new Set(transitions.map(({ sourceAnchor }) => sourceAnchor));
  return unfinished
    .filter(([sourceAnchor]) => !changing.has(sourceAnchor))
    .map(([sourceAnchor, { object }]) => ({ sourceAnchor, before: object, after: object }));
}

/** Adds the written transitions to the progress. */
function withWritten(
  checked: ExportProgress,
  { plan, originals }: Planned,
  written: Commit['written'],
): ExportProgress {
  const vacated = new Set(checked.vacated);
  for (const transition of plan.transitions) {
    if (written.has(transition.sourceAnchor)) for (const key of valueChanges(transition).vacated) vacated.add(key);
  }
  return { ...checked, originals, vacated };
}

/** Adds, to objects that lost a race, those that failed in favour of them: they may succeed now. */
function withDependents(lost: ReadonlySet<string>, { results }: ExportPlan): ReadonlySet<string> {
  if (lost.size === 0) return lost;
  const failed = results.filter(({ failure }) => holderInConflict(failure) !== null);
  const undecided = new Set(lost);
  let sizeBefore: number;
  do {
    sizeBefore = undecided.size;
    for (const { sourceAnchor, failure } of failed) {
      if (sourceAnchor !== null && undecided.has(holderInConflict(failure) ?? '')) undecided.add(sourceAnchor);
    }
  } while (undecided.size > sizeBefore);
  return undecided;
}

/** Reads the taken placeholders for users that lost a race: one of them may have been the reason. */
async function readTakenPlaceholders(
  plan: ExportPlan,
  lost: ReadonlySet<string>,
  { partition, tenant }: ExportRun,
): Promise<ReadonlyMap<ValueKey, StoredValue>> {
  const taken = new Map<ValueKey, StoredValue>();
  if (lost.size === 0) return taken;
  for (const { sourceAnchor, before, after } of plan.transitions) {
    if (!lost.has(sourceAnchor) || !after?.placeholder || after.placeholder === before?.placeholder) continue;
    for (const [key, value] of await readPlaceholders(partition, after, tenant)) taken.set(key, value);
  }
  return taken;
}

function mergeKnown(earlier: KnownRows, later: KnownRows): KnownRows {
  if (earlier.objects.size === 0 && earlier.values.size === 0) return later;
  return { objects: merge(earlier.objects, later.objects), values: merge(earlier.values, later.values) };
}

function merge<Key, Value>(earlier: ReadonlyMap<Key, Value>, later: ReadonlyMap<Key, Value>): Map<Key, Value> {
  const merged = new Map(earlier);
  for (const [key, value] of later) merged.set(key, value);
  return merged;
}
