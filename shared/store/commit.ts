/**
 * Writes transitions: each cluster in one entity group transaction, and as many clusters in one as fit.
 *
 * A cluster that does not fit is written in several transactions, one after the other, each of which leaves the
 * directory in order. Whoever loses a race is told so, and nothing of its cluster's transaction was written.
 */
import { clustersOf, orderOf } from '../directory/clusters.ts';
import { cutTransition, type WrittenTransition } from '../directory/cut-transition.ts';
import { holdBack } from '../directory/hold-back.ts';
import type { Transition } from '../directory/plan-export.ts';
import type { Partition } from './partition.ts';
import { type KnownRows, type RowAction, rowActions, StalePlan, type Writer } from './row-actions.ts';
import { isLostRace } from './table.ts';

/** What became of the transitions, by source anchor. */
export type Commit = {
  readonly written: ReadonlySet<string>;
  /** Those that somebody else was faster with, wholly or in part: read again, plan again. */
  readonly lost: ReadonlySet<string>;
};

/** What a commit needs besides the transitions. */
export type CommitContext = Writer & {
  readonly known: KnownRows;
  /** Chooses a placeholder for a user who, in a ring of exchanges too long for one write, must wait for its UPN. */
  readonly placeholderFor: (userPrincipalName: string) => string | null;
  /** After the first race that is lost begins no other transaction; all that is left is lost too. */
  readonly endsWithLoss?: boolean;
};

/** The service takes 4 MiB; what a row needs besides its columns is estimated. */
const bytesPerTransaction = 3_500_000;
const transactionsSideBySide = 4;

/** Writes transitions; `known` learns the new ETags. Throws when the storage does not answer, after all has ended. */
export async function commit(
  partition: Partition,
  transitions: readonly Transition[],
  context: CommitContext,
): Promise<Commit> {
  const written = new Set<string>();
  let hasLost = false;
  const { rowsPerTransaction } = partition;
  const fits = ({ rows, bytes }: Size): boolean => rows <= rowsPerTransaction && bytes <= bytesPerTransaction;
  const writeOf = (cluster: readonly WrittenTransition[]): Write => ({
    transitions: cluster,
    ...measured(rowActions(cluster, context.known, { ...context, tenantId: partition.tenantId })),
  });

  /** Builds the rows of a transaction only when it is its turn: the storage writes while the next ones are built. */
  function* tasks(): Generator<() => Promise<unknown>> {
    for (const batch of batchesOf(clustersOf(transitions), { writeOf: writeUnlessStale, fits })) {
      if (context.endsWithLoss && hasLost) break;
      yield () => (batch.every(fits) ? submitBatch(batch) : submitInOrder(batch.flatMap((write) => write.transitions)));
    }
  }

  /** Builds the rows of a cluster; none where what was read does not fit together: then it has lost a race already. */
  function writeUnlessStale(cluster: readonly WrittenTransition[]): Write | null {
    try {
      return writeOf(cluster);
    } catch (error) {
      if (!(error instanceof StalePlan)) throw error;
      return null;
    }
  }

  async function submitBatch(batch: readonly Write[]): Promise<boolean> {
    const isWritten = await submit(
      partition,
      batch.flatMap(({ actions }) => actions),
      context.known,
    );
    if (!isWritten) {
      hasLost = true;
      return false;
    }
    for (const { sourceAnchor, isPart } of batch.flatMap((write) => write.transitions)) {
      if (!isPart) written.add(sourceAnchor);
    }
    return true;
  }

  async function submitInOrder(cluster: readonly Transition[]): Promise<void> {
    try {
      await submitSteps(cluster);
    } catch (error) {
      if (!(error instanceof StalePlan)) throw error;
    }
  }

  async function submitSteps(cluster: readonly Transition[]): Promise<void> {
    let batch: WrittenTransition[] = [];
    for (const step of stepsOf(cluster, { ...context, rowsPerTransaction })) {
      const isRepeated = batch.some(({ sourceAnchor }) => sourceAnchor === step.sourceAnchor);
      if (batch.length > 0 && (isRepeated || !fits(writeOf([...batch, step])))) {
        if (!(await submitBatch([writeOf(batch)]))) return;
        batch = [];
      }
      batch.push(step);
    }
    await submitBatch([writeOf(batch)]);
  }

  await runAll(tasks());
  const anchors = transitions.map(({ sourceAnchor }) => sourceAnchor);
  return { written, lost: new Set(anchors.filter((sourceAnchor) => !written.has(sourceAnchor))) };
}

/** Runs tasks side by side; after a failure begins no more, waits for those under way, and throws it. */
async function runAll(tasks: Iterable<() => Promise<unknown>>): Promise<void> {
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    try {
      for (const task of tasks) {
        if (failures.length > 0) return;
        await task();
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: transactionsSideBySide }, work));
  if (failures.length > 0) throw failures[0];
}

type Size = { readonly rows: number; readonly bytes: number };
type Write = Size & { readonly transitions: readonly WrittenTransition[]; readonly actions: readonly RowAction[] };

function sum(left: Size, right: Size): Size {
  return { rows: left.rows + right.rows, bytes: left.bytes + right.bytes };
}

function measured(actions: readonly RowAction[]): Size & { readonly actions: readonly RowAction[] } {
  return { actions, rows: actions.length, bytes: actions.reduce((bytes, { action }) => bytes + bytesOf(action[1]), 0) };
}

/** What is sent as an escape of six bytes: control characters, by JSON, and the separators that every request escapes. */
// eslint-disable-next-line no-control-regex -- the characters that JSON escapes
const escaped = /[\u0000-\u001f\u2028\u2029]/;

/** Estimates from above what a row takes in the body of a transaction: headers, names, and the bytes of each character. */
function bytesOf(entity: Readonly<Record<string, unknown>>): number {
  let bytes = 800;
  for (const name in entity) {
    const value = entity[name];
    bytes += name.length + 40;
    if (typeof value === 'string') bytes += value.length * (escaped.test(value) ? 6 : 3);
    else if (value instanceof Uint8Array) bytes += (value.length * 4) / 3;
  }
  return bytes;
}

const openBatches = 8;

/**
 * Packs clusters into as few transactions as is cheap to find: each into the first of the last few that has room. One
 * that fits into none comes alone.
 */
function* batchesOf(
  clusters: readonly (readonly Transition[])[],
  { writeOf, fits }: { writeOf: (cluster: readonly Transition[]) => Write | null; fits: (size: Size) => boolean },
): Generator<readonly Write[]> {
  const open: { writes: Write[]; size: Size }[] = [];
  for (const cluster of clusters) {
    const write = writeOf(cluster);
    if (!write) continue;
    const batch = open.find(({ size }) => fits(sum(size, write)));
    if (batch) {
      batch.writes.push(write);
      batch.size = sum(batch.size, write);
    } else if (fits(write)) {
      open.push({ writes: [write], size: write });
      if (open.length > openBatches) yield (open.shift() as (typeof open)[number]).writes;
    } else {
      yield [write];
    }
  }
  for (const { writes } of open) yield writes;
}

/** Brings a cluster that is too large into an order of steps that fit. */
function* stepsOf(
  cluster: readonly Transition[],
  { now, placeholderFor, rowsPerTransaction }: CommitContext & { rowsPerTransaction: number },
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

/** Submits one transaction; gives false where a race was lost and nothing was written. */
async function submit(partition: Partition, actions: readonly RowAction[], known: KnownRows): Promise<boolean> {
  const { table, counts } = partition;
  try {
    const { subResponses } = await table.submitTransaction(actions.map(({ action }) => action));
    counts.transactions++;
    counts.rowsWritten += actions.length;
    actions.forEach(({ learn }, index) => learn?.(known, etagOf(subResponses[index])));
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

function etagOf(response: { etag?: string } | undefined): string {
  if (!response?.etag) throw new Error('The storage answered a transaction without an ETag for each row written');
  return response.etag;
}
