/** Counts what is quarantined. */
import { keysFrom } from '../store/keys.ts';
import { type Partition, readPages } from '../store/partition.ts';

/** Counts the quarantined values of a tenant: one request for each thousand. */
export async function countWaiting(partition: Partition): Promise<number> {
  let waiting = 0;
  for await (const page of readPages(partition, keysFrom('error|'), { select: ['RowKey'] })) waiting += page.length;
  return waiting;
}
