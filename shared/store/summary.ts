/** The summary of a tenant's quarantine: one row, `summary|latest`, that the report reads in place of all the errors. */
import type { ObjectType, PropertyName } from '../directory/objects.ts';
import type { DayCounts } from '../calendar/weeks.ts';
import { fromJsonColumns, jsonColumns } from './columns.ts';
import { type Partition, readRow } from './partition.ts';

/** How many values of each property are quarantined on objects of each type. */
export type ErrorCounts = Readonly<Record<PropertyName, Readonly<Record<ObjectType, number>>>>;

/** A tenant's quarantine in numbers, as it was at a time. Times in ISO 8601. */
export type Summary = {
  /** The form of the row; one of another form is not read. */
  readonly version: 1;
  readonly takenAt: string;
  /** The newest event of the history when it was taken: its row key, and when it was. Null where there is none. */
  readonly newestEvent: { readonly rowKey: string; readonly at: string } | null;
  readonly counts: ErrorCounts;
  /** On how many objects a value is quarantined. */
  readonly objects: number;
  /** When the one that has waited longest began to wait. */
  readonly oldest: string | null;
  /** By day, `2026-11-16`; a day on which nothing happened is left out. */
  readonly days: Readonly<Record<string, DayCounts>>;
};

const rowKey = 'summary|latest';

/** Reads the summary as it was last written; undefined where there is none. */
export async function readStoredSummary(partition: Partition): Promise<Summary | undefined> {
  const row = await readRow(partition, rowKey);
  const summary = row && (fromJsonColumns(row, 'summary') as Summary);
  return (summary?.version as number | undefined) === 1 ? summary : undefined;
}

/** Writes the summary. Of two at once either may stay: both were true when they were taken. */
export async function writeSummary({ table, partitionKey, counts }: Partition, summary: Summary): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey, ...jsonColumns('summary', summary) }, 'Replace');
  counts.rowsWritten++;
}
