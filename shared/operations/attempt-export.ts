/** One attempt at an export: reads what it touches, plans it as a whole, and writes the plan. */
import { valueChanges } from '../directory/changes.ts';
import { type ExportItem, foldExport } from '../directory/fold-export.ts';
import { type DirectoryObject, heldValues, quarantinedKey } from '../directory/objects.ts';
import { choosePlaceholder } from '../directory/placeholder.ts';
import { type ExportPlan, type OperationResult, planExport, type Transition } from '../directory/plan-export.ts';
import { validateSourceAnchor } from '../directory/validation.ts';
import { smtpKey, upnKey, type ValueKey } from '../directory/values.ts';
import { holdersInQuestion, valuesInQuestion } from '../directory/values-in-question.ts';
import { commit } from '../store/commit.ts';
import type { Partition } from '../store/partition.ts';
import { readObjects, readPlaceholders, readValues } from '../store/read-directory.ts';
import type { KnownRows, Writer } from '../store/row-actions.ts';
import { isUnfinished, type StoredObject, type StoredValue } from '../store/rows.ts';
import type { Tenant } from '../store/tenants.ts';
import { guardAnswer } from './guard-answer.ts';
import { type DeleteGuard, guardDeletes } from './guard-deletes.ts';

/** Rows that fit together no better by then are damaged: an audit's business, and no reason to refuse exports. */
const mostReadAgain = 5;

/** An export under way: what its attempts are made with, and what each leaves to the next. */
export type ExportRun = {
  readonly partition: Partition;
  readonly tenant: Tenant;
  readonly writer: Writer;
  readonly random: () => number;
  readonly newId: () => string;
  readonly results: Map<number, OperationResult>;
  /** All that is known, of all attempts. */
  readonly known: KnownRows;
  /** What earlier attempts of this export gave up: free for the rest of it. */
  readonly givenUp: Set<ValueKey>;
  /** What objects were before this export wrote a part of their change. */
  readonly originals: Map<string, DirectoryObject | undefined>;
  /** How often rows were read again that were not of one moment. */
  readAgain: number;
  /** Placeholders that turned out to be taken. */
  readonly placeholders: Map<ValueKey, StoredValue>;
  readonly guard: DeleteGuard;
  /** Whether an earlier attempt has written something. */
  isBegun: boolean;
};

/**
 * Plans and writes what is pending; gives what has to be tried again, because somebody else was faster.
 *
 * Where all is presumed to be new, nothing is read: each row is then written on the condition that it is not there yet,
 * and what writes nothing, because it failed, is to be tried again too.
 */
export async function attemptExport(
  pending: readonly ExportItem[],
  run: ExportRun,
  { isPresumedNew = false } = {},
): Promise<readonly ExportItem[]> {
  const { partition, tenant, writer, random, newId } = run;
  const stored = isPresumedNew ? new Map<string, StoredObject>() : await readObjects(partition, anchorsOf(pending));
  const items = pending.filter(({ sourceAnchor }) => !isWritten(sourceAnchor, stored, run));
  forgetOriginals(stored, run);
  const folded = foldExport(items, objectsIn(stored));
  const asked = isPresumedNew ? noValues : await readValues(partition, valuesInQuestion(items, folded));
  if (!isOfOneMoment(asked, objectsIn(stored), new Set(anchorsOf(items))) && run.readAgain++ < mostReadAgain)
    return items;
  const values = new Map([...run.placeholders, ...asked]);
  for (const [sourceAnchor, holder] of await readObjects(partition, [...holdersInQuestion(asked, stored)]))
    stored.set(sourceAnchor, holder);
  const objects = objectsIn(stored);
  const known: KnownRows = { objects: stored, values };

  const plan = planExport(
    items,
    { objects, values, folded },
    {
      placeholderForm: tenant,
      now: writer.now,
      random,
      newObjectId: newId,
      alreadyGivenUp: run.givenUp,
      originals: run.originals,
    },
  );
  guardDeletes(run.guard, plan.transitions, { items, stored });
  renewResults(run.results, plan);
  for (const { sourceAnchor, before } of plan.transitions) {
    if (!run.originals.has(sourceAnchor)) run.originals.set(sourceAnchor, before);
  }

  await readHolders(plan, known, { partition, own: new Set(anchorsOf(pending)) });
  await guardAnswer([...run.results.values()], { partition, known, plan, isBegun: run.isBegun });
  run.isBegun = true;

  const isTaken = (candidate: string): boolean => values.has(upnKey(candidate)) || values.has(smtpKey(candidate));
  const placeholderFor = (name: string): string | null => choosePlaceholder(name, tenant, { isTaken, random });
  const transitions = [...plan.transitions, ...settled(stored, plan)];
  const context = { ...writer, known, placeholderFor, endsWithLoss: isPresumedNew };
  const { written, lost } = await commit(partition, transitions, context);
  learn(run, known, { plan, written });
  if (isPresumedNew) return items.filter(({ sourceAnchor }) => sourceAnchor === null || !written.has(sourceAnchor));
  if (lost.size === 0) return [];
  await learnPlaceholders(plan, lost, run);
  const undecided = withThoseWhoFailedFor(lost, plan);
  return items.filter(({ sourceAnchor }) => sourceAnchor !== null && undecided.has(sourceAnchor));
}

const noValues: ReadonlyMap<ValueKey, StoredValue> = new Map();

/** Takes over the results of a plan, and shows in those of earlier attempts the objects that the plan changes again. */
function renewResults(results: ExportRun['results'], plan: ExportPlan): void {
  const changed = new Map(plan.transitions.map(({ sourceAnchor, after }) => [sourceAnchor, after]));
  for (const [index, result] of results) {
    const object = result.object && changed.get(result.object.sourceAnchor);
    if (object) results.set(index, { ...result, object });
  }
  for (const result of plan.results) results.set(result.index, result);
}

function anchorsOf(items: readonly ExportItem[]): readonly string[] {
  const anchors = new Set<string>();
  for (const { sourceAnchor } of items) {
    if (sourceAnchor !== null && !validateSourceAnchor(sourceAnchor)) anchors.add(sourceAnchor);
  }
  return [...anchors];
}

/** Adds to objects that lost a race those that failed in favour of them: whether there was need to is open again. */
function withThoseWhoFailedFor(lost: ReadonlySet<string>, { results }: ExportPlan): ReadonlySet<string> {
  const failed = results.filter(({ failure }) => failure?.clash);
  const undecided = new Set(lost);
  let sizeBefore: number;
  do {
    sizeBefore = undecided.size;
    for (const { sourceAnchor, failure } of failed) {
      if (sourceAnchor !== null && undecided.has(failure?.clash?.holder ?? '')) undecided.add(sourceAnchor);
    }
  } while (undecided.size > sizeBefore);
  return undecided;
}

/**
 * Tells whether values and objects, read one after the other, can be of one moment.
 *
 * What an export writes is written only if nothing has changed since. But an operation that fails writes nothing: so none may be
 * told, for instance, that its own object, which another export created just now, has its address.
 */
function isOfOneMoment(
  values: ReadonlyMap<ValueKey, StoredValue>,
  objects: ReadonlyMap<string, DirectoryObject>,
  own: ReadonlySet<string>,
): boolean {
  const held = new Map<string, ReadonlySet<ValueKey>>();
  for (const [key, { holder }] of values) {
    if (holder === null || !own.has(holder)) continue;
    const object = objects.get(holder);
    if (!object) return false;
    if (!held.has(holder)) held.set(holder, heldValues(object));
    if (!held.get(holder)?.has(key)) return false;
  }
  return true;
}

/** Tells whether this export has written an object already, though the answer to that write was lost. */
function isWritten(
  sourceAnchor: string | null,
  stored: ReadonlyMap<string, StoredObject>,
  { writer }: ExportRun,
): boolean {
  return sourceAnchor !== null && stored.get(sourceAnchor)?.writtenBy === writer.operationId;
}

function objectsIn(stored: ReadonlyMap<string, StoredObject>): ReadonlyMap<string, DirectoryObject> {
  const objects = new Map<string, DirectoryObject>();
  for (const [sourceAnchor, { object }] of stored) if (object) objects.set(sourceAnchor, object);
  return objects;
}

/**
 * Reads the holders of what is newly quarantined: the history and the answer name them.
 *
 * Not those that the export itself writes, and that were not there a moment ago: the write depends on what was planned with.
 */
async function readHolders(
  { results }: ExportPlan,
  known: KnownRows,
  { partition, own }: { partition: Partition; own: ReadonlySet<string> },
): Promise<void> {
  const unknown = new Set<string>();
  for (const { newlyQuarantined } of results) {
    for (const quarantined of newlyQuarantined) {
      const holder = known.values.get(quarantinedKey(quarantined))?.holder;
      if (holder && !known.objects.has(holder) && !own.has(holder)) unknown.add(holder);
    }
  }
  for (const [sourceAnchor, stored] of await readObjects(partition, [...unknown])) {
    known.objects.set(sourceAnchor, stored);
  }
}

/**
 * Gives the objects that stay as they are, but of which a write was cut off: it may have left error rows that show
 * what the object never became. They are written again, and the write is over.
 */
function settled(stored: ReadonlyMap<string, StoredObject>, { transitions }: ExportPlan): readonly Transition[] {
  return [...stored].flatMap(([sourceAnchor, found]) => {
    if (!found.object || !isUnfinished(found)) return [];
    if (transitions.some((transition) => transition.sourceAnchor === sourceAnchor)) return [];
    return [{ sourceAnchor, before: found.object, after: found.object }];
  });
}

/** Forgets what objects were before this export, but for those of which a part of the change is written. */
function forgetOriginals(stored: ReadonlyMap<string, StoredObject>, { originals, writer }: ExportRun): void {
  for (const sourceAnchor of originals.keys()) {
    if (stored.get(sourceAnchor)?.writtenBy !== `${writer.operationId}/part`) originals.delete(sourceAnchor);
  }
}

function learn(
  run: ExportRun,
  known: KnownRows,
  { plan, written }: { plan: ExportPlan; written: ReadonlySet<string> },
): void {
  for (const [sourceAnchor, object] of known.objects) run.known.objects.set(sourceAnchor, object);
  for (const [key, value] of known.values) run.known.values.set(key, value);
  for (const transition of plan.transitions) {
    if (written.has(transition.sourceAnchor)) for (const key of valueChanges(transition).givenUp) run.givenUp.add(key);
  }
}

/** Reads, for those who lost a race, which placeholders are taken: a clash with one of them may have been the reason. */
async function learnPlaceholders(plan: ExportPlan, lost: ReadonlySet<string>, run: ExportRun): Promise<void> {
  for (const { sourceAnchor, before, after } of plan.transitions) {
    const name = after?.exported.userPrincipalName;
    if (!lost.has(sourceAnchor) || !name || !after.placeholder || after.placeholder === before?.placeholder) continue;
    for (const [key, value] of await readPlaceholders(run.partition, after, run.tenant)) {
      run.placeholders.set(key, value);
    }
  }
}
