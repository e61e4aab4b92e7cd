/** Counts the quarantined values of a tenant by property and type of object, for the report and the Monday mail. */
import { errorFromRow, type StoredError } from '../../store/error-row.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import type { ErrorCounts, Summary } from '../../store/summary.ts';

/** The quarantined values of a tenant in numbers. */
export type ErrorTally = Pick<Summary, 'counts' | 'objects' | 'oldest'>;

const countedColumns = ['propertyName', 'objectType', 'sourceAnchor', 'whenStarted'];

/**
 * Counts all provisioning errors with one request for each thousand.
 *
 * `onError` is called with each error. Without it, only the counted columns are read.
 */
export async function tallyErrors(partition: Partition, onError?: (error: StoredError) => void): Promise<ErrorTally> {
  const counts = {
    UserPrincipalName: { User: 0, Group: 0, Contact: 0 },
    ProxyAddresses: { User: 0, Group: 0, Contact: 0 },
  };
  const objects = new Set<string>();
  let oldest: string | null = null;
  for await (const page of readPages(partition, keysFrom('error|'), onError ? {} : { select: countedColumns })) {
    for (const error of page.map(errorFromRow)) {
      const { object, quarantined } = error;
      counts[quarantined.propertyName][object.objectType]++;
      objects.add(object.sourceAnchor);
      if (oldest === null || quarantined.whenStarted < oldest) oldest = quarantined.whenStarted;
      onError?.(error);
    }
  }
  return { counts, objects: objects.size, oldest };
}

/** Returns the number of quarantined values. */
export function valuesIn(counts: ErrorCounts): number {
  return Object.values(counts)
    .flatMap((byType) => Object.values(byType))
    .reduce((sum, count) => sum + count, 0);
}
