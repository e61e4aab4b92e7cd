/** Reads the history of a tenant: its newest event, all events since a moment, and the events of one value. */
import { odata } from '@azure/data-tables';
import type { ValueKey } from '../directory/values.ts';
import { historySince, keysFrom, storedValue } from './keys.ts';
import { type Partition, readPages } from './partition.ts';
import { historyFromRow, type HistoryEvent, type PastEvent } from './history-row.ts';

/** An event, reduced to what happened and when. */
type PastChange = { readonly event: HistoryEvent; readonly at: string };

/** Reads the newest event, with one request for one row; null if there is none. */
export async function readNewestEvent(partition: Partition): Promise<{ rowKey: string; at: string } | null> {
  for await (const [row] of readPages(partition, keysFrom('history|'), { pageSize: 1, select: ['RowKey', 'at'] })) {
    if (row) return { rowKey: row.rowKey, at: row.at as string };
  }
  return null;
}

/** Reads all events since a moment, the newest first. */
export async function* readChangesSince(partition: Partition, since: Date): AsyncGenerator<PastChange> {
  for await (const page of readPages(partition, historySince(since), { select: ['event', 'at'] })) {
    for (const row of page) yield { event: row.event as HistoryEvent, at: row.at as string };
  }
}

/** The events of one value, the newest first; `isWhole` is false if older events may be missing. */
export type ValueHistory = { readonly events: readonly PastEvent[]; readonly isWhole: boolean };

const mostRequests = 5;
const mostEvents = 50;

/**
 * Reads the history of one value, in every spelling.
 *
 * The history is sorted by time, so the storage filters all of it. This reads at most 50 events, with at most five requests.
 */
export async function readValueHistory(partition: Partition, key: ValueKey): Promise<ValueHistory> {
  const events: PastEvent[] = [];
  const filter = odata`value eq ${storedValue(key)}`;
  let requests = 0;
  for await (const page of readPages(partition, keysFrom('history|'), { filter, pageSize: mostEvents + 1 })) {
    events.push(...page.map(historyFromRow));
    requests++;
    if (events.length > mostEvents || requests === mostRequests) {
      return { events: events.slice(0, mostEvents), isWhole: false };
    }
  }
  return { events, isWhole: true };
}

/**
 * Finds the newest event of one value on one object; undefined if there is none.
 *
 * It reads with at most five requests, as {@link readValueHistory} does: an event further back is not found.
 */
export async function findEventOn(
  partition: Partition,
  key: ValueKey,
  sourceAnchor: string,
): Promise<PastEvent | undefined> {
  const filter = odata`value eq ${storedValue(key)} and sourceAnchor eq ${sourceAnchor}`;
  let requests = 0;
  for await (const [row] of readPages(partition, keysFrom('history|'), { filter, pageSize: 1 })) {
    if (row) return historyFromRow(row);
    if (++requests === mostRequests) return undefined;
  }
  return undefined;
}
