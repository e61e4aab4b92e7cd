/**
 * Writes transitions: each cluster in one entity group transaction, and as many clusters in one as fit.
 *
 * A cluster that does not fit is written in several transactions, one after the other, each of which leaves the
 * directory in order. Who loses a race is told so, and nothing of its transaction was written.
 */
import { clusterTransitions } from '../directory/transitions/cluster-transitions.ts';
import type { WrittenTransition } from '../directory/transitions/cut-transition.ts';
import type { Transition } from '../directory/transitions/transition.ts';
import { type StepContext, planSteps } from '../directory/transitions/plan-steps.ts';
import { buildWrite, fitsTransaction, packTransactions, type Write, type WriteContext } from './pack-transactions.ts';
import type { Partition } from './partition.ts';
import { type KnownRows, StalePlan, type Writer } from './row-actions.ts';
import { isLostRace } from './table.ts';

/** What became of the transitions, by source anchor. */
export type Commit = {
  readonly written: ReadonlySet<string>;
  /** Those that somebody else was faster with, wholly or in part: read again, plan again. */
  readonly lost: ReadonlySet<string>;
};

/** What a commit needs besides the transitions; `known` learns the new ETags. */
export type CommitContext = Writer &
  Pick<StepContext, 'placeholderFor'> & {
    readonly known: KnownRows;
    /** After the first race that is lost begins no other transaction; all that is left is lost too. */
    readonly endsWithLoss?: boolean;
  };

const transactionsSideBySide = 4;

/** Writes transitions. Throws when the storage does not answer, after all that was under way has ended. */
export async function commit(
  partition: Partition,
  transitions: readonly Transition[],
  context: CommitContext,
): Promise<Commit> {
  const { rowsPerTransaction, partitionKey } = partition;
  const building: WriteContext = { ...context, tenantId: partitionKey };
  const written = new Set<string>();
  let hasLost = false;
  const submitAll = async (writes: readonly Write[]): Promise<boolean> => {
    const isWritten = await submit(partition, writes, context.known);
    if (isWritten) for (const sourceAnchor of finishedBy(writes)) written.add(sourceAnchor);
    else hasLost = true;
    return isWritten;
  };

  /** Builds the rows of a transaction only when it is its turn: the storage writes while the next ones are built. */
  function* tasks(): Generator<() => Promise<unknown>> {
    for (const writes of packTransactions(clusterTransitions(transitions), rowsPerTransaction, building)) {
      if (context.endsWithLoss && hasLost) break;
      const [first] = writes;
      const fits = first && fitsTransaction(first, rowsPerTransaction);
      yield () =>
        fits
          ? submitAll(writes)
          : submitSteps(planSteps(first?.transitions ?? [], { ...context, rowsPerTransaction }), {
              build: (steps) => buildWrite(steps, building),
              fits: (write) => fitsTransaction(write, rowsPerTransaction),
              submit: (write) => submitAll([write]),
            });
    }
  }

  await runAll(tasks());
  const anchors = transitions.map(({ sourceAnchor }) => sourceAnchor);
  return { written, lost: new Set(anchors.filter((sourceAnchor) => !written.has(sourceAnchor))) };
}

/** Returns the objects that are wholly written when some writes are. */
function finishedBy(writes: readonly Write[]): readonly string[] {
  return writes.flatMap(({ transitions }) =>
    transitions.filter(({ isPart }) => !isPart).map(({ sourceAnchor }) => sourceAnchor),
  );
}

type Submission = {
  readonly build: (steps: readonly WrittenTransition[]) => Write;
  readonly fits: (write: Write) => boolean;
  readonly submit: (write: Write) => Promise<boolean>;
};

/** Submits steps in their order, as many in one transaction as fit and are of different objects; ends with a lost race. */
async function submitSteps(steps: Iterable<WrittenTransition>, { build, fits, submit }: Submission): Promise<void> {
  let together: WrittenTransition[] = [];
  try {
    for (const step of steps) {
      const isRepeated = together.some(({ sourceAnchor }) => sourceAnchor === step.sourceAnchor);
      if (together.length > 0 && (isRepeated || !fits(build([...together, step])))) {
        if (!(await submit(build(together)))) return;
        together = [];
      }
      together.push(step);
    }
    await submit(build(together));
  } catch (error) {
    // Rows that do not fit together have lost a race.
    if (!(error instanceof StalePlan)) throw error;
  }
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

/** Submits one transaction; returns false if a race was lost and nothing was written. */
async function submit(partition: Partition, writes: readonly Write[], known: KnownRows): Promise<boolean> {
  const { table, counts } = partition;
  const actions = writes.flatMap((write) => write.actions);
  try {
    const { subResponses } = await table.submitTransaction(actions.map(({ action }) => action));
    counts.transactions++;
    counts.rowsWritten += actions.length;
    actions.forEach(({ afterWrite }, index) => afterWrite?.(known, etagOf(subResponses[index])));
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
