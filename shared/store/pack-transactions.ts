/** Packs the rows of transitions into entity group transactions. */
import type { WrittenTransition } from '../directory/transitions/cut-transition.ts';
import type { Transition } from '../directory/transitions/transition.ts';
import { rowActions } from './row-actions.ts';
import { type RowAction, StalePlan, type WriteContext } from './write-context.ts';

/** Transitions that are written together, and their rows. */
export type Write = Size & {
  readonly transitions: readonly WrittenTransition[];
  readonly actions: readonly RowAction[];
};

/** The number of rows, and an estimate of the bytes that they take in the body of the request. */
type Size = { readonly rows: number; readonly bytes: number };

/** The service accepts 4 MiB; the sizes that are compared with this are estimates. */
const bytesPerTransaction = 3_500_000;

function buildWrite(transitions: readonly WrittenTransition[], context: WriteContext): Write {
  const actions = rowActions(transitions, context);
  const bytes = actions.reduce((sum, { write }) => sum + ('row' in write ? bytesOf(write.row) : bytesOfAnyRow), 0);
  return { transitions, actions, rows: actions.length, bytes };
}

/** Reports whether rows fit one transaction. */
export function fitsTransaction({ rows, bytes }: Size, rowsPerTransaction: number): boolean {
  return rows <= rowsPerTransaction && bytes <= bytesPerTransaction;
}

const openTransactions = 8;

/**
 * Packs clusters into few transactions: each cluster goes into the first of the last few transactions that has room.
 *
 * A cluster that is too large for one transaction comes alone. A cluster whose plan is stale is left out: it has lost a race.
 */
export function* packTransactions(
  clusters: readonly (readonly Transition[])[],
  rowsPerTransaction: number,
  context: WriteContext,
): Generator<readonly Write[]> {
  const open: { writes: Write[]; size: Size }[] = [];
  for (const cluster of clusters) {
    const write = buildUnlessStale(cluster, context);
    if (!write) continue;
    const roomy = open.find(({ size }) => fitsTransaction(sum(size, write), rowsPerTransaction));
    if (roomy) {
      roomy.writes.push(write);
      roomy.size = sum(roomy.size, write);
    } else if (fitsTransaction(write, rowsPerTransaction)) {
      open.push({ writes: [write], size: write });
      if (open.length > openTransactions) yield (open.shift() as (typeof open)[number]).writes;
    } else {
      yield [write];
    }
  }
  for (const { writes } of open) yield writes;
}

function buildUnlessStale(cluster: readonly Transition[], context: WriteContext): Write | null {
  try {
    return buildWrite(cluster, context);
  } catch (error) {
    if (error instanceof StalePlan) return null;
    throw error;
  }
}

/**
 * Packs the steps of one cluster, in their order: as many into a transaction as fit and are of different objects.
 *
 * Each transaction is built when it is its turn, because it depends on the ETags that the one before left in the known
 * rows. Throws {@link StalePlan} if they contradict the plan.
 */
export function* packSteps(
  steps: Iterable<WrittenTransition>,
  rowsPerTransaction: number,
  context: WriteContext,
): Generator<Write> {
  let together: WrittenTransition[] = [];
  for (const step of steps) {
    const isRepeated = together.some(({ sourceAnchor }) => sourceAnchor === step.sourceAnchor);
    const fits = (): boolean => fitsTransaction(buildWrite([...together, step], context), rowsPerTransaction);
    if (together.length > 0 && (isRepeated || !fits())) {
      yield buildWrite(together, context);
      together = [];
    }
    together.push(step);
  }
  yield buildWrite(together, context);
}

function sum(left: Size, right: Size): Size {
  return { rows: left.rows + right.rows, bytes: left.bytes + right.bytes };
}

/** JSON sends control characters as an escape of six bytes, and the client sends line separators so, too. */
// eslint-disable-next-line no-control-regex -- the characters that JSON escapes
const escaped = /[\u0000-\u001f\u2028\u2029]/;

/** The headers of a row in the body of a transaction, and its partition key. */
const bytesOfAnyRow = 1_100;

/** Returns an upper bound of the bytes that a row takes in the body of a transaction. */
function bytesOf(row: Readonly<Record<string, unknown>>): number {
  let bytes = bytesOfAnyRow;
  for (const name in row) {
    const value = row[name];
    bytes += name.length + 40;
    if (typeof value === 'string') bytes += value.length * (escaped.test(value) ? 6 : 3);
    else if (value instanceof Uint8Array) bytes += (value.length * 4) / 3;
  }
  return bytes;
}
