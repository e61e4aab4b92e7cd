/** Pages of lists, and the two lists of a tenant that are read row by row: its failures and its history. */
import { failureFromRow, type StoredFailure } from '../../store/failures.ts';
import { historyFromRow, type PastEvent } from '../../store/history-row.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPage } from '../../store/partition.ts';

/** A page to read: at most `pageSize` entries after a position; undefined for the first page. */
export type PageRequest = { readonly after: string | undefined; readonly pageSize: number };

/** A page of a list, and the position after which the next page begins; undefined on the last page. */
export type Page<Entry> = { readonly entries: readonly Entry[]; readonly next: string | undefined };

/** Reads a page of the failures, in the order of their objects' source anchors. */
export async function listFailures(partition: Partition, page: PageRequest): Promise<Page<StoredFailure>> {
  const { rows, next } = await readPage(partition, keysFrom('failure|'), page);
  return { entries: rows.map(failureFromRow), next };
}

/** Reads a page of the history, the newest event first. */
export async function listHistory(partition: Partition, page: PageRequest): Promise<Page<PastEvent>> {
  const { rows, next } = await readPage(partition, keysFrom('history|'), page);
  return { entries: rows.map(historyFromRow), next };
}
