/** When each timer last ran: one row each, beside the tenants. */
import type { TableClient } from '@azure/data-tables';
import { isRowNotFound, storageErrorCode } from './table.ts';

/** The last run of a timer. Times in ISO 8601; null where it has not happened yet. */
export type LastRun = {
  /** When this service first asked about the timer: a timer that never ran is late from then on. */
  readonly since: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly succeededAt: string | null;
  /** When the timer is due next, as it said itself when it last ran. */
  readonly nextDueAt: string | null;
};

const partitionKey = 'run';

/** Reads the last run of a timer; notes the time where nothing is known of it yet. */
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

/** Writes what is new of a timer's run; what is left out stays. */
export async function writeRun(table: TableClient, timer: string, run: Partial<LastRun>): Promise<void> {
  const known = Object.fromEntries(Object.entries(run).filter(([, value]) => value !== null));
  await table.upsertEntity({ partitionKey, rowKey: timer, ...known }, 'Merge');
}

function fromRow(row: Readonly<Record<string, unknown>>): LastRun {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const startedAt = text('startedAt');
  return {
    since: text('since') ?? startedAt ?? new Date(0).toISOString(),
    startedAt,
    endedAt: text('endedAt'),
    succeededAt: text('succeededAt'),
    nextDueAt: text('nextDueAt'),
  };
}
