/** Lists the history of a tenant. */
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPage } from '../../store/partition.ts';
import { historyFromRow, type PastEvent } from '../../store/rows.ts';
import type { PageRequest, Page } from './page.ts';

/** Reads a page of the history, the newest event first. */
export async function listHistory(partition: Partition, page: PageRequest): Promise<Page<PastEvent>> {
  const { rows, next } = await readPage(partition, keysFrom('history|'), page);
  return { entries: rows.map(historyFromRow), next };
}
