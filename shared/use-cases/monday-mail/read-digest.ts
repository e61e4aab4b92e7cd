/** Reads what a mail says about a tenant: its errors in numbers, what is new, what has ended, and a handful of them. */
import { quarantinedKey } from '../../directory/objects.ts';
import type { ProvisioningError } from '../../directory/provisioning-error.ts';
import { readChangesSince } from '../../store/read-history.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { errorFromRow, type StoredError } from '../../store/rows.ts';
import type { ErrorCounts } from '../../store/summary.ts';
import { errorOf, findHolders } from '../queries/find-holders.ts';
import { type FailurePage, readFailurePage } from '../queries/read-report.ts';

/** A tenant's errors, as a mail tells of them. */
export type Digest = {
  /** What is new and what has ended is told from this moment on. */
  readonly since: Date;
  /** How many values are quarantined, and on how many objects. */
  readonly values: number;
  readonly objects: number;
  readonly counts: ErrorCounts;
  /** How many of the values have been quarantined since. */
  readonly newValues: number;
  /** How many were given back since, and how many are no longer asked for. */
  readonly ended: { readonly released: number; readonly withdrawn: number };
  /** When the one that has waited longest began to wait, in ISO 8601; null where none is quarantined. */
  readonly oldest: string | null;
  /** The newest of the new ones and the longest waiting of the others, a handful in all. */
  readonly newest: readonly ProvisioningError[];
  readonly longest: readonly ProvisioningError[];
  /** The operations that failed as a whole. */
  readonly failures: FailurePage;
};

const conflictsShown = 6;
const failuresShown = 3;

/** Tells whether a tenant has sync errors: one request for one row. */
export async function hasErrors(partition: Partition): Promise<boolean> {
  // The rows of quarantined values and those of failed operations lie side by side.
  const range = { from: keysFrom('error|').from, below: keysFrom('failure|').below };
  for await (const page of readPages(partition, range, { pageSize: 1, select: ['RowKey'] })) {
    if (page.length > 0) return true;
  }
  return false;
}

/** Reads the digest: one request for each thousand errors, and a few more for those that are shown. */
export async function readDigest(partition: Partition, since: Date): Promise<Digest> {
  const [tally, ended, failures] = await Promise.all([
    tallyErrors(partition, since),
    countEnded(partition, since),
    readFailurePage(partition, { after: undefined, pageSize: failuresShown }),
  ]);
  const { newest, longest, objects, ...numbers } = tally;
  const newShown =
    longest.length === 0 ? newest : newest.slice(0, Math.max(conflictsShown / 2, conflictsShown - longest.length));
  const shown = [newShown, longest.slice(0, conflictsShown - newShown.length)] as const;
  const holderOf = await findHolders(
    partition,
    new Set(shown.flat().map(({ quarantined }) => quarantinedKey(quarantined))),
  );
  const toErrors = (errors: readonly StoredError[]): readonly ProvisioningError[] =>
    errors.map(({ object, quarantined }) => errorOf(object, quarantined, holderOf));
  return {
    ...numbers,
    since,
    objects: objects.size,
    ended,
    newest: toErrors(shown[0]),
    longest: toErrors(shown[1]),
    failures,
  };
}

async function tallyErrors(partition: Partition, since: Date) {
  const counts = {
    UserPrincipalName: { User: 0, Group: 0, Contact: 0 },
    ProxyAddresses: { User: 0, Group: 0, Contact: 0 },
  };
  const tally = { values: 0, newValues: 0, oldest: null as string | null, objects: new Set<string>(), counts };
  const newest: StoredError[] = [];
  const longest: StoredError[] = [];
  for await (const page of readPages(partition, keysFrom('error|'))) {
    for (const error of page.map(errorFromRow)) {
      const { propertyName, whenStarted } = error.quarantined;
      const isNew = whenStarted > since.toISOString();
      tally.values++;
      if (isNew) tally.newValues++;
      if (tally.oldest === null || whenStarted < tally.oldest) tally.oldest = whenStarted;
      tally.objects.add(error.object.sourceAnchor);
      counts[propertyName][error.object.objectType]++;
      if (isNew) keepFirst(newest, error, (left, right) => startOf(left) > startOf(right));
      else keepFirst(longest, error, (left, right) => startOf(left) < startOf(right));
    }
  }
  return { ...tally, newest, longest };
}

function startOf({ quarantined }: StoredError): string {
  return quarantined.whenStarted;
}

/** Puts an error in its place among the first few; of equals the earlier one comes first. */
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
