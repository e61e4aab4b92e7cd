/**
 * Deleted registrations whose partitions may still receive rows: one row each in the table `Tenants`.
 *
 * An export that began before a tenant was deleted may write after the rows of the tenant were removed. No registration will
 * ever have that partition again, so a later sweep finds these rows only by this list.
 */
import { odata, type TableClient } from '@azure/data-tables';
import { isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

/** A registration whose rows were removed at a time, in ISO 8601. */
export type RemovedRegistration = { readonly registrationId: RegistrationId; readonly since: string };

const partitionKey = 'remains';

/** Adds a registration whose rows were removed. */
export async function noteRemovedRegistration(
  table: TableClient,
  { registrationId, since }: RemovedRegistration,
): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey: registrationId, since }, 'Replace');
}

/** Reads the list. */
export async function* readRemovedRegistrations(table: TableClient): AsyncGenerator<RemovedRegistration> {
  const filter = odata`PartitionKey eq ${partitionKey}`;
  for await (const { rowKey, since } of table.listEntities<{ rowKey: string; since: string }>({
    queryOptions: { filter },
  })) {
    yield { registrationId: rowKey as RegistrationId, since };
  }
}

/** Takes a registration off the list, once no more rows can be written for it. */
export async function forgetRemovedRegistration(table: TableClient, registrationId: RegistrationId): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, registrationId);
  } catch (error) {
    if (!isRowNotFound(error)) throw error;
  }
}
