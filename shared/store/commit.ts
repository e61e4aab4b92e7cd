/**
 * Writes transitions: each cluster in one entity group transaction, and as many clusters in one as fit.
 *
 * A cluster that is too large is written in steps, one transaction after the other; the directory is consistent after each.
 * A transaction that loses a race writes nothing, and the result says which objects lost.
 */
import { clusterTransitions } from '../directory/transitions/cluster-transitions.ts';
import { planSteps, type StepContext } from '../directory/transitions/plan-steps.ts';
import type { Transition } from '../directory/transitions/transition.ts';
import { fitsTransaction, packSteps, packTransactions, type Write } from './pack-transactions.ts';
import type { Partition } from './partition.ts';
import { submitTransaction } from './submit-transaction.ts';
import { StalePlan, type WriteContext } from './write-context.ts';

/** The source anchors of the objects that were written, and of those that were not. */
export type Commit = {
  readonly written: ReadonlySet<string>;
  /** Another export or sweep was faster with them, or with a part of them: read again, plan again. */
  readonly lost: ReadonlySet<string>;
};

/** The context of the writes. The ETags of `known` are updated after each transaction. */
type CommitContext = WriteContext &
  Pick<StepContext, 'placeholderFor'> & {
    /** Begins no transaction after the first lost race; all transitions that are left are lost too. */
    readonly endsWithLoss?: boolean;
  };

const transactionsSideBySide = 4;

/** Writes transitions. Throws if the storage does not answer, once all transactions under way have ended. */
export async function commit(
  partition: Partition,
  transitions: readonly Transition[],
  context: CommitContext,
): Promise<Commit> {
  const written = new Set<string>();
  // Packed only when it is its turn: the storage writes one transaction while the next ones are built.
  const packs = packTransactions(clusterTransitions(transitions), partition.rowsPerTransaction, context);
  await sideBySide(packs, async (writes) => {
    const outcome = await writePack(partition, writes, context);
    for (const sourceAnchor of outcome.written) written.add(sourceAnchor);
    return outcome.hasLost && context.endsWithLoss === true ? 'stop' : 'go on';
  });
  const anchors = transitions.map(({ sourceAnchor }) => sourceAnchor);
  return { written, lost: new Set(anchors.filter((sourceAnchor) => !written.has(sourceAnchor))) };
}

/** The objects that were wholly written, and whether a race was lost. */
type Outcome = { readonly written: readonly string[]; readonly hasLost: boolean };

/** Writes packed steps: in one transaction, or a single cluster that is too large for one in steps. */
function writePack(partition: Partition, writes: readonly Write[], context: CommitContext): Promise<Outcome> {
  const [first] = writes;
  const isTooLarge = first && !fitsTransaction(first, partition.rowsPerTransaction);
  return isTooLarge ? writeSteps(partition, first.transitions, context) : submit(partition, writes, context);
}

/** Writes a cluster step by step, until it is written or a race is lost. */
async function writeSteps(
  partition: Partition,
  cluster: readonly Transition[],
  context: CommitContext,
): Promise<Outcome> {
  const { rowsPerTransaction } = partition;
  const written: string[] = [];
  try {
    const steps = planSteps(cluster, { ...context, rowsPerTransaction });
    for (const write of packSteps(steps, rowsPerTransaction, context)) {
      const outcome = await submit(partition, [write], context);
      written.push(...outcome.written);
      if (outcome.hasLost) return { written, hasLost: true };
    }
    return { written, hasLost: false };
  } catch (error) {
    if (error instanceof StalePlan) return { written, hasLost: true };
    throw error;
  }
}

/** Submits one transaction, and updates the known rows. */
async function submit(partition: Partition, writes: readonly Write[], { known }: WriteContext): Promise<Outcome> {
  const actions = writes.flatMap((write) => write.actions);
  const etags = await submitTransaction(
    partition,
    actions.map(({ write }) => write),
  );
  if (!etags) return { written: [], hasLost: true };
  for (const [index, { afterWrite }] of actions.entries()) {
    const etag = etags[index];
    if (afterWrite && !etag) throw new Error('The storage answered a transaction without an ETag for each row written');
    if (etag) afterWrite?.(known, etag);
  }
  const finished = writes.flatMap(({ transitions }) => transitions.filter(({ isPart }) => !isPart));
  return { written: finished.map(({ sourceAnchor }) => sourceAnchor), hasLost: false };
}

/**
 * Runs a task for each item, four at once, until one says `stop` or fails. Waits for the tasks that are under way, then
 * throws the failure.
 */
async function sideBySide<Item>(
  items: Generator<Item>,
  task: (item: Item) => Promise<'go on' | 'stop'>,
): Promise<void> {
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    try {
      // Leaving the loop closes the generator, and so the other workers get no further item.
      for (const item of items) if ((await task(item)) === 'stop') return;
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: transactionsSideBySide }, work));
  if (failures.length > 0) throw failures[0];
}
