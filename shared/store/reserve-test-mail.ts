/** The last test mail of each tenant: one row, stored among the mails of the tenant and removed together with them. */
import type { TableClient } from '@azure/data-tables';
import { isLostRace, isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

const partitionKey = 'mail|test';

/**
 * Records that a test mail is sent now, and returns 0. If the last one was sent less than `pauseMs` ago, records nothing and
 * returns the milliseconds that are left to wait. Of two calls at once only one may send.
 */
export async function reserveTestMail(
  table: TableClient,
  registrationId: RegistrationId,
  { now, pauseMs }: { readonly now: Date; readonly pauseMs: number },
): Promise<number> {
  const last = await readLast(table, registrationId);
  const leftMs = last ? Date.parse(last.at) + pauseMs - now.getTime() : 0;
  // A time in the future comes from a wrong clock: the wait is never longer than the pause.
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
