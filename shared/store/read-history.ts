/** Reads the history of a tenant: its newest event, what happened since, and what happened to one value. */
import { odata } from '@azure/data-tables';
import type { ValueKey } from '../directory/values.ts';
import { historySince, keysFrom, storedValue } from './keys.ts';
import { type Partition, readPages } from './partition.ts';
import { historyFromRow, type HistoryEvent, type PastEvent } from './rows.ts';

/** When something happened, and what. */
export type PastChange = { readonly event: HistoryEvent; readonly at: string };

/** Reads the newest event: one request for one row. Null where nothing has happened yet. */
export async function readNewestEvent(partition: Partition): Promise<{ rowKey: string; at: string } | null> {
  for await (const [row] of readPages(partition, keysFrom('history|'), { pageSize: 1, select: ['RowKey', 'at'] })) {
    if (row) return { rowKey: row.rowKey, at: row.at as string };
  }
  return null;
}

/** Reads what happened from a moment on, the newest first, and of each event no more than what and when. */
export async function* readChangesSince(partition: Partition, since: Date): AsyncGenerator<PastChange> {
  for await (const page of readPages(partition, historySince(since), { select: ['event', 'at'] })) {
    for (const row of page) yield { event: row.event as HistoryEvent, at: row.at as string };
  }
}

/** What happened to one value, the newest first; `isWhole` is false where older events may have been left out. */
export type ValueHistory = { readonly events: readonly PastEvent[]; readonly isWhole: boolean };

const mostRequests = 5;
const mostEvents = 50;

/**
 * Reads the history of one value, in every spelling.
 *
 * The history lies by time, so the service looks through it and sends what fits: at most five requests, and 50 events.
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
 * It looks as far back as {@link readValueHistory} does, in the time of five requests: an event that is further back is not found.
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
