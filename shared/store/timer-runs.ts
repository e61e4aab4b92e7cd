/** The last run of each timer: one row each in the table `Tenants`. */
import type { TableClient } from '@azure/data-tables';
import { textOrNull } from './row.ts';
import { isRowNotFound, storageErrorCode } from './table.ts';

/** The last run of a timer. Times in ISO 8601; null if it has not happened yet. */
export type LastRun = {
  /** When the service first read the row: a timer that never ran is overdue from then on. */
  readonly since: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly succeededAt: string | null;
  /** When the timer is due next, as of its last run. */
  readonly nextDueAt: string | null;
};

const partitionKey = 'run';

/** Reads the last run of a timer. If the timer has no row yet, writes one that says `since` now. */
export async function readLastRun(table: TableClient, timer: string, now: Date): Promise<LastRun> {
  try {
    return fromRow(await table.getEntity(partitionKey, timer));
  } catch (error) {
    if (!isRowNotFound(error)) throw error;
  }
  const since = now.toISOString();
  try {
    await table.createEntity({ partitionKey, rowKey: timer, since });
  } catch (error) {
    if (storageErrorCode(error) !== 'EntityAlreadyExists') throw error;
  }
  return { since, startedAt: null, endedAt: null, succeededAt: null, nextDueAt: null };
}

/** Writes a part of a timer's last run; the other columns stay. */
export async function writeRun(table: TableClient, timer: string, run: Partial<LastRun>): Promise<void> {
  const columns = Object.fromEntries(Object.entries(run).filter(([, value]) => value !== null));
  await table.upsertEntity({ partitionKey, rowKey: timer, ...columns }, 'Merge');
}

function fromRow(row: Readonly<Record<string, unknown>>): LastRun {
  const startedAt = textOrNull(row.startedAt);
  return {
    since: textOrNull(row.since) ?? startedAt ?? new Date(0).toISOString(),
    startedAt,
    endedAt: textOrNull(row.endedAt),
    succeededAt: textOrNull(row.succeededAt),
    nextDueAt: textOrNull(row.nextDueAt),
  };
}
