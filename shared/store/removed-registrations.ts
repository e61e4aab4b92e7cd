/**
 * Where rows of a deleted registration may still turn up: one row each, beside the tenants.
 *
 * An export that began before a tenant was deleted may write after its rows were removed. Its rows lie in a partition
 * that no registration will ever have again; this is how they are found.
 */
import { odata, type TableClient } from '@azure/data-tables';
import { isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

/** A registration whose rows were removed, and when, in ISO 8601. */
export type RemovedRegistration = { readonly registrationId: RegistrationId; readonly since: string };

const partitionKey = 'remains';

/** Notes that the rows of a registration were removed now. */
export async function noteRemovedRegistration(
  table: TableClient,
  { registrationId, since }: RemovedRegistration,
): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey: registrationId, since }, 'Replace');
}

/** Reads all of them. */
export async function* readRemovedRegistrations(table: TableClient): AsyncGenerator<RemovedRegistration> {
  const filter = odata`PartitionKey eq ${partitionKey}`;
  for await (const { rowKey, since } of table.listEntities<{ rowKey: string; since: string }>({
    queryOptions: { filter },
  })) {
    yield { registrationId: rowKey as RegistrationId, since };
  }
}

/** Forgets a registration of which nothing can turn up any more. */
export async function forgetRemovedRegistration(table: TableClient, registrationId: RegistrationId): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, registrationId);
  } catch (error) {
    if (!isRowNotFound(error)) throw error;
  }
}
