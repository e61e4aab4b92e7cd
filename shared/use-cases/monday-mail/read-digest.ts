/** Reads the digest of a tenant for the Monday mail: its errors in numbers, the changes since the last mail, and examples. */
import { quarantinedKey } from '../../directory/objects.ts';
import type { ProvisioningError } from '../../directory/provisioning-error.ts';
import { readChangesSince } from '../../store/read-history.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import type { StoredError } from '../../store/error-row.ts';
import type { ErrorCounts } from '../../store/summary.ts';
import { errorOf, findHolders } from '../queries/find-holders.ts';
import { type FailurePage, readFailurePage } from '../queries/read-report.ts';
import { type ErrorTally, tallyErrors, valuesIn } from '../queries/tally-errors.ts';

/** The errors of a tenant, as a mail reports them. */
export type Digest = {
  /** The mail reports the changes since this moment. */
  readonly since: Date;
  /** The number of quarantined values, and of the objects that wait for them. */
  readonly values: number;
  readonly objects: number;
  readonly counts: ErrorCounts;
  /** The number of values that were quarantined since. */
  readonly newValues: number;
  /** The number of values that were released or withdrawn since. */
  readonly ended: { readonly released: number; readonly withdrawn: number };
  /** When the longest waiting object began to wait, in ISO 8601; null if no value is quarantined. */
  readonly oldest: string | null;
  /** The newest of the new errors and the longest waiting of the others, six in all. */
  readonly newest: readonly ProvisioningError[];
  readonly longest: readonly ProvisioningError[];
  /** The first failures, and their number. */
  readonly failures: FailurePage;
};

const conflictsShown = 6;
const failuresShown = 3;

/** Reports whether a tenant has provisioning errors or failures. One request reads one row. */
export async function hasErrors(partition: Partition): Promise<boolean> {
  // The row keys of errors and failures are neighbours, so one range covers both.
  const range = { from: keysFrom('error|').from, below: keysFrom('failure|').below };
  for await (const page of readPages(partition, range, { pageSize: 1, select: ['RowKey'] })) {
    if (page.length > 0) return true;
  }
  return false;
}

/** Reads the digest: one request for each thousand errors, and a few more for the conflicts that are shown. */
export async function readDigest(partition: Partition, since: Date): Promise<Digest> {
  const [{ tally, ...examples }, ended, failures] = await Promise.all([
    readErrors(partition, since),
    countEnded(partition, since),
    readFailurePage(partition, { after: undefined, pageSize: failuresShown }),
  ]);
  const { newest, longest } = chooseShown(examples);
  const holderOf = await findHolders(
    partition,
    new Set([...newest, ...longest].map(({ quarantined }) => quarantinedKey(quarantined))),
  );
  const withHolders = (errors: readonly StoredError[]): readonly ProvisioningError[] =>
    errors.map(({ object, quarantined }) => errorOf(object, quarantined, holderOf));
  return {
    ...tally,
    since,
    values: valuesIn(tally.counts),
    newValues: examples.newValues,
    ended,
    newest: withHolders(newest),
    longest: withHolders(longest),
    failures,
  };
}

type Examples = { readonly newest: readonly StoredError[]; readonly longest: readonly StoredError[] };

/** Counts the errors, and picks the newest and the longest waiting ones. */
async function readErrors(
  partition: Partition,
  since: Date,
): Promise<Examples & { readonly tally: ErrorTally; readonly newValues: number }> {
  let newValues = 0;
  const newest: StoredError[] = [];
  const longest: StoredError[] = [];
  const tally = await tallyErrors(partition, (error) => {
    if (startOf(error) > since.toISOString()) {
      newValues++;
      keepFirst(newest, error, (left, right) => startOf(left) > startOf(right));
    } else {
      keepFirst(longest, error, (left, right) => startOf(left) < startOf(right));
    }
  });
  return { tally, newValues, newest, longest };
}

/** Shares the places of the mail between new errors and others: half each, or more if the other half has fewer. */
function chooseShown({ newest, longest }: Examples): Examples {
  const newShown = newest.slice(0, Math.max(conflictsShown / 2, conflictsShown - longest.length));
  return { newest: newShown, longest: longest.slice(0, conflictsShown - newShown.length) };
}

function startOf({ quarantined }: StoredError): string {
  return quarantined.whenStarted;
}

/** Inserts an error in order and keeps the first few; among equals, the earlier one comes first. */
function keepFirst(
  first: StoredError[],
  error: StoredError,
  isBefore: (left: StoredError, right: StoredError) => boolean,
): void {
  const index = first.findIndex((other) => isBefore(error, other));
  first.splice(index === -1 ? first.length : index, 0, error);
  first.length = Math.min(first.length, conflictsShown);
}

async function countEnded(partition: Partition, since: Date): Promise<Digest['ended']> {
  const ended = { released: 0, withdrawn: 0 };
  for await (const { event } of readChangesSince(partition, since)) {
    if (event !== 'quarantined') ended[event]++;
  }
  return ended;
}
