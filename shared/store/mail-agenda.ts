/**
 * When a run of the Monday mail has to look at the tenants again: one row, in the partition of the tenants.
 *
 * There it can be written in one transaction with a tenant's registration. So a run that has read this row knows of every
 * registration and every change before it, and learns from the row's ETag of each one after it.
 */
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { isLostRace, isRowNotFound } from './table.ts';
import { tenantsPartition } from './tenant-row.ts';

/** What the last run left behind, and what has changed since. Times in ISO 8601. */
export type MailAgenda = {
  /** When the next mail is due; null if there is no tenant. What a run left over was due when it began. */
  readonly nextDueAt: string | null;
  /** When a tenant was last registered or changed; null if none was since the last run. */
  readonly changedAt: string | null;
  /** The version of the time zone rules that `nextDueAt` was worked out with. */
  readonly zoneRules: string;
  readonly etag: string;
};

const partitionKey = tenantsPartition;
/** No id of a tenant can be this, and in the order of keys it comes after all of them. */
const rowKey = '|mailAgenda';

/** Reads the agenda; undefined before the first tenant was registered. */
export async function readMailAgenda(table: TableClient): Promise<MailAgenda | undefined> {
  try {
    const row = await table.getEntity(partitionKey, rowKey);
    const text = (name: string): string | null =>
      typeof row[name] === 'string' && row[name] !== '' ? row[name] : null;
    return {
      nextDueAt: text('nextDueAt'),
      changedAt: text('changedAt'),
      zoneRules: text('zoneRules') ?? '',
      etag: row.etag,
    };
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** What a transaction that registers or changes a tenant does besides: it has the next run look at the tenants. */
export function noteChange(now: Date): TransactionAction {
  return ['upsert', { partitionKey, rowKey, changedAt: now.toISOString() }, 'Merge'];
}

/**
 * Writes when the next mail is due, unless a tenant was registered or changed since the agenda was read, or another run
 * has written it: then the next run looks at the tenants again, or the other run has seen what this one has left.
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
