/** Who has waited longest for values, by the rows of their errors. */
import pMap from 'p-map';
import { quarantinedKey, waitOf } from '../directory/objects.ts';
import { longestWaiting, type Waiter } from '../directory/plan-release.ts';
import type { ValueKey } from '../directory/values.ts';
import { errorPrefix, keysFrom } from './keys.ts';
import { type Partition, readPages } from './partition.ts';
import { errorFromRow, type StoredError } from './rows.ts';

const readsSideBySide = 16;

/** For so few values each is asked for by itself, however many errors the tenant has. */
const fewValues = 100;

/** A scan reads about this many rows in the time of one query. */
const rowsPerQuery = 30;

/**
 * Reads who has waited longest for each of some values; those that nobody waits for are left out.
 *
 * Few are asked for one by one. For many, the errors are scanned from the first of the values to the last, a thousand in
 * a request; a scan that turns out dearer than the queries is given up, and the rest is asked for one by one.
 */
export async function readLongestWaiting(
  partition: Partition,
  keys: readonly ValueKey[],
): Promise<ReadonlyMap<ValueKey, Waiter>> {
  const longest = new Map<ValueKey, Waiter>();
  const rest = keys.length > fewValues ? await scanFor(partition, keys, longest) : keys;
  await pMap(
    rest,
    async (key) => {
      const waiter = await readFirst(partition, key);
      if (waiter) longest.set(key, waiter);
    },
    { concurrency: readsSideBySide },
  );
  return longest;
}

/** Reads the waiters in the order of their keys, as far as the first ones began at the same time. */
async function readFirst(partition: Partition, key: ValueKey): Promise<Waiter | undefined> {
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

/** Finds the longest waiters in one scan, as far as that is cheaper than queries; gives the values not reached. */
async function scanFor(
  partition: Partition,
  keys: readonly ValueKey[],
  longest: Map<ValueKey, Waiter>,
): Promise<readonly ValueKey[]> {
  const prefixes = new Map(keys.map((key) => [key, errorPrefix(key)]));
  const inOrder = [...prefixes.values()].sort();
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return [];
  let scanned = 0;
  for await (const page of readPages(partition, { from: first, below: keysFrom(last).below })) {
    for (const error of page.map(errorFromRow)) {
      const key = quarantinedKey(error.quarantined);
      if (!prefixes.has(key)) continue;
      const waiter = waiterOf(error);
      const first = longest.get(key);
      if (!first || longestWaiting([first, waiter]) === waiter) longest.set(key, waiter);
    }
    scanned += page.length;
    const reached = page.at(-1)?.rowKey;
    if (reached !== undefined && scanned > keys.length * rowsPerQuery) {
      // The errors of the last value may go on: it is asked for by itself.
      return keys.filter((key) => keysFrom(prefixes.get(key) as string).below > reached);
    }
  }
  return [];
}
