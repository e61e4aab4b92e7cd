/** The summary of a tenant's provisioning errors: one row, `summary|latest`, that the report reads instead of all errors. */
import type { ObjectType, PropertyName } from '../directory/objects.ts';
import type { DayCounts } from '../calendar/weeks.ts';
import { fromJsonColumns, jsonColumns } from './columns.ts';
import { type Partition, readRow } from './partition.ts';

/** How many values of each property are quarantined on objects of each type. */
export type ErrorCounts = Readonly<Record<PropertyName, Readonly<Record<ObjectType, number>>>>;

/** The provisioning errors of a tenant in numbers, at one moment. Times in ISO 8601. */
export type Summary = {
  /** The version of the format; a summary of another version is ignored. */
  readonly version: 1;
  readonly takenAt: string;
  /** The newest event of the history at that moment; null if there was none. */
  readonly newestEvent: { readonly rowKey: string; readonly at: string } | null;
  readonly counts: ErrorCounts;
  /** The number of objects with a quarantined value. */
  readonly objects: number;
  /** When the longest waiting object began to wait. */
  readonly oldest: string | null;
  /** By day, such as `2026-11-16`; days without an event are left out. */
  readonly days: Readonly<Record<string, DayCounts>>;
};

const rowKey = 'summary|latest';

/** Reads the summary; undefined if there is none of this version. */
export async function readStoredSummary(partition: Partition): Promise<Summary | undefined> {
  const row = await readRow(partition, rowKey);
  const summary = row && (fromJsonColumns(row, 'summary') as Summary);
  return (summary?.version as number | undefined) === 1 ? summary : undefined;
}

/** Writes the summary. If two are written at once, either may stay: each was right at its moment. */
export async function writeSummary({ table, partitionKey, counts }: Partition, summary: Summary): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey, ...jsonColumns('summary', summary) }, 'Replace');
  counts.rowsWritten++;
}
