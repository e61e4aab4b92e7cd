/** When a test mail of a tenant was last asked for: one row each, among the tenant's mails, with which it is removed. */
import type { TableClient } from '@azure/data-tables';
import { isLostRace, isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

const partitionKey = 'mail|test';

/**
 * Claims the time for a test mail: records that one is sent now, if the last was sent at least so long ago. Returns how
 * many milliseconds are left to wait if not; 0 if the time is claimed. Of two claims at once one gets it.
 */
export async function claimTestMail(
  table: TableClient,
  registrationId: RegistrationId,
  { now, pauseMs }: { readonly now: Date; readonly pauseMs: number },
): Promise<number> {
  const last = await readLast(table, registrationId);
  const leftMs = last ? Date.parse(last.at) + pauseMs - now.getTime() : 0;
  // A time in the future is that of a clock that was wrong: nobody waits for it longer than for any other.
  if (leftMs > 0) return Math.min(leftMs, pauseMs);
  const row = { partitionKey, rowKey: registrationId, at: now.toISOString() };
  try {
    if (last) await table.updateEntity(row, 'Replace', { etag: last.etag });
    else await table.createEntity(row);
    return 0;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    return pauseMs;
  }
}

async function readLast(
  table: TableClient,
  registrationId: RegistrationId,
): Promise<{ readonly at: string; readonly etag: string } | undefined> {
  try {
    return await table.getEntity<{ at: string }>(partitionKey, registrationId);
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}
