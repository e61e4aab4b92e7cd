/** The tenant at which a sweep of all tenants ran out of time: one row, beside the runs of the timers. */
import type { TableClient } from '@azure/data-tables';
import { isRowNotFound } from './table.ts';

const key = { partitionKey: 'run', rowKey: 'sweepQuarantine|position' };

/** Reads the id of the last tenant whose turn began; null if the last sweep reached every tenant. */
export async function readSweepPosition(table: TableClient): Promise<string | null> {
  try {
    const { tenantId } = await table.getEntity<{ tenantId?: string }>(key.partitionKey, key.rowKey);
    return tenantId === undefined || tenantId === '' ? null : tenantId;
  } catch (error) {
    if (isRowNotFound(error)) return null;
    throw error;
  }
}

/** Writes the position. Of two sweeps at once either may win: the order of the tenants is all that depends on it. */
export async function writeSweepPosition(table: TableClient, tenantId: string | null): Promise<void> {
  await table.upsertEntity({ ...key, tenantId: tenantId ?? '' }, 'Replace');
}
