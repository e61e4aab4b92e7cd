/** Finds the object that has waited longest for a value, by the rows of the provisioning errors. Behaviour 6. */
import pMap from 'p-map';
import { quarantinedKey, waitOf } from '../directory/objects.ts';
import { longestWaiting, type Waiter } from '../directory/plan-release.ts';
import type { ValueKey } from '../directory/values.ts';
import { errorFromRow, type StoredError } from './error-row.ts';
import { errorPrefix, keysFrom } from './keys.ts';
import { type Partition, readPages } from './partition.ts';
import { scanWhileCheaper } from './scan-while-cheaper.ts';

const readsSideBySide = 16;

/** Up to this many values are looked up one by one, however many errors the tenant has. */
const mostLookups = 100;

/**
 * Reads the object that has waited longest for each value; values without a waiting object are left out.
 *
 * For more than 100 values the errors are scanned, from the first of the values to the last. If the scan turns out to be
 * slower than looking up the values one by one, it stops, and the rest is looked up.
 */
export async function readLongestWaiting(
  partition: Partition,
  keys: readonly ValueKey[],
): Promise<ReadonlyMap<ValueKey, Waiter>> {
  const longest = new Map<ValueKey, Waiter>();
  const rest = keys.length > mostLookups ? await scanErrors(partition, keys, longest) : keys;
  await pMap(
    rest,
    async (key) => {
      const waiter = await lookUp(partition, key);
      if (waiter) longest.set(key, waiter);
    },
    { concurrency: readsSideBySide },
  );
  return longest;
}

/** Reads the objects that wait for a value, in the order of their keys, as far as they began to wait at the same time. */
async function lookUp(partition: Partition, key: ValueKey): Promise<Waiter | undefined> {
  const first: Waiter[] = [];
  for await (const page of readPages(partition, keysFrom(errorPrefix(key)), { pageSize: 100 })) {
    first.push(...page.map(errorFromRow).map(waiterOf));
    if (first.at(-1)?.whenStarted !== first[0]?.whenStarted) break;
  }
  return longestWaiting(first);
}

function waiterOf({ object, quarantined }: StoredError): Waiter {
  return { sourceAnchor: object.sourceAnchor, ...waitOf(quarantined) };
}

/** Adds the longest waiting objects that a scan finds to `longest`. Returns the values that it did not finish. */
async function scanErrors(
  partition: Partition,
  keys: readonly ValueKey[],
  longest: Map<ValueKey, Waiter>,
): Promise<readonly ValueKey[]> {
  const ranges = new Map(keys.map((key) => [key, keysFrom(errorPrefix(key))]));
  const from = [...ranges.values()].map((range) => range.from).sort()[0];
  const below = [...ranges.values()]
    .map((range) => range.below)
    .sort()
    .at(-1);
  if (from === undefined || below === undefined) return [];
  const reached = await scanWhileCheaper(
    partition,
    { from, below },
    {
      thanReads: keys.length,
      look: (row) => {
        const error = errorFromRow(row);
        const key = quarantinedKey(error.quarantined);
        if (ranges.has(key)) longest.set(key, longerWaiting(longest.get(key), waiterOf(error)));
      },
    },
  );
  if (reached === undefined) return [];
  // More errors of the value that the scan has reached may follow: it is looked up, too.
  return [...ranges].filter(([, range]) => range.below > reached).map(([key]) => key);
}

function longerWaiting(earlier: Waiter | undefined, waiter: Waiter): Waiter {
  return earlier ? (longestWaiting([earlier, waiter]) ?? waiter) : waiter;
}
