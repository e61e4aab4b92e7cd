/** Packs the rows of transitions into entity group transactions. */
import type { WrittenTransition } from '../directory/transitions/cut-transition.ts';
import type { Transition } from '../directory/transitions/transition.ts';
import { type KnownRows, type RowAction, rowActions, StalePlan, type Writer } from './row-actions.ts';

/** Transitions that are written together, and their rows. The size in rows, and in bytes of the request's body. */
export type Write = Size & {
  readonly transitions: readonly WrittenTransition[];
  readonly actions: readonly RowAction[];
};

type Size = { readonly rows: number; readonly bytes: number };

/** What rows are built with. */
export type WriteContext = Writer & { readonly tenantId: string; readonly known: KnownRows };

/** The service takes 4 MiB; what a row needs besides its columns is estimated. */
const bytesPerTransaction = 3_500_000;

/** Builds the rows of transitions that are written together. Throws {@link StalePlan} if what was read does not fit together. */
export function buildWrite(transitions: readonly WrittenTransition[], context: WriteContext): Write {
  const actions = rowActions(transitions, context.known, context);
  const bytes = actions.reduce((sum, { action }) => sum + bytesOf(action[1]), 0);
  return { transitions, actions, rows: actions.length, bytes };
}

/** Reports whether rows fit one transaction. */
export function fitsTransaction({ rows, bytes }: Size, rowsPerTransaction: number): boolean {
  return rows <= rowsPerTransaction && bytes <= bytesPerTransaction;
}

const openTransactions = 8;

/**
 * Packs clusters into as few transactions as is cheap to find: each into the first of the last few that has room. A
 * cluster that fits into none comes alone. One whose rows are stale is left out: it has lost a race already.
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

function sum(left: Size, right: Size): Size {
  return { rows: left.rows + right.rows, bytes: left.bytes + right.bytes };
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
