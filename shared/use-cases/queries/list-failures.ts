/** Lists the failed operations of a tenant. */
import { failureFromRow, type KeptFailure } from '../../store/failures.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPage } from '../../store/partition.ts';
import type { Page, PageRequest } from './page.ts';

/** Reads a page of the failures, in the order of their objects' source anchors. */
export async function listFailures(partition: Partition, page: PageRequest): Promise<Page<KeptFailure>> {
  const { rows, next } = await readPage(partition, keysFrom('failure|'), page);
  return { entries: rows.map(failureFromRow), next };
}
