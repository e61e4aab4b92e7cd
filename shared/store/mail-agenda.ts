/**
 * The agenda of the Monday mail: one row that says when a run must read the tenants again.
 *
 * The row is in the partition of the tenants, so it is written in one transaction with each registration and each change of a
 * tenant. A run that has read the row knows all of them up to then, and later ones change the ETag of the row.
 */
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { textOrNull } from './row.ts';
import { isLostRace, isRowNotFound } from './table.ts';
import { tenantsPartition } from './tenant-row.ts';

/** Written by the last run, and by each registration or change of a tenant since. Times in ISO 8601. */
export type MailAgenda = {
  /** When the next mail is due; null if there is no tenant. If the last run left mails unsent, the time it began. */
  readonly nextDueAt: string | null;
  /** When a tenant was last registered or changed; null if no tenant was since the last run. */
  readonly changedAt: string | null;
  /** The version of the time zone rules that `nextDueAt` was calculated with. */
  readonly zoneRules: string;
  readonly etag: string;
};

const partitionKey = tenantsPartition;
/** Not a valid id of a tenant, and sorted after all of them. */
const rowKey = '|mailAgenda';

/** Reads the agenda; undefined until the first tenant is registered. */
export async function readMailAgenda(table: TableClient): Promise<MailAgenda | undefined> {
  try {
    const row = await table.getEntity(partitionKey, rowKey);
    return {
      nextDueAt: textOrNull(row.nextDueAt),
      changedAt: textOrNull(row.changedAt),
      zoneRules: textOrNull(row.zoneRules) ?? '',
      etag: row.etag,
    };
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** Returns the action that has the next run read the tenants again, for the transaction that changes one of them. */
export function noteChange(now: Date): TransactionAction {
  return ['upsert', { partitionKey, rowKey, changedAt: now.toISOString() }, 'Merge'];
}

/**
 * Writes when the next mail is due, if the agenda has not changed since it was read. If a tenant changed in the meantime, the
 * next run must read the tenants again; if another run wrote the agenda, that run has seen the mails that this one left.
 */
export async function writeMailAgenda(
  table: TableClient,
  read: MailAgenda | undefined,
  { nextDueAt, zoneRules }: Pick<MailAgenda, 'nextDueAt' | 'zoneRules'>,
): Promise<void> {
  const row = { partitionKey, rowKey, nextDueAt: nextDueAt ?? '', changedAt: '', zoneRules };
  try {
    if (read) await table.updateEntity(row, 'Merge', { etag: read.etag });
    else await table.createEntity(row);
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}
