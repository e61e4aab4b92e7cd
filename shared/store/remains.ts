/**
 * Where rows of a deleted registration may still turn up: one row each, beside the tenants.
 *
 * An export that began before a tenant was deleted may write after its rows were removed. Its rows lie in a partition
 * that no registration will ever have again; this is how they are found.
 */
import { odata, type TableClient } from '@azure/data-tables';
import { isRowNotFound } from './table.ts';

/** A registration whose rows were removed, and when, in ISO 8601. */
export type Remains = { readonly registrationId: string; readonly since: string };

const partitionKey = 'remains';

/** Notes that the rows of a registration were removed now. */
export async function noteRemains(table: TableClient, { registrationId, since }: Remains): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey: registrationId, since }, 'Replace');
}

/** Reads all of them. */
export async function* readRemains(table: TableClient): AsyncGenerator<Remains> {
  const filter = odata`PartitionKey eq ${partitionKey}`;
  for await (const { rowKey, since } of table.listEntities<{ rowKey: string; since: string }>({
    queryOptions: { filter },
  })) {
    yield { registrationId: rowKey, since };
  }
}

/** Forgets a registration of which nothing can turn up any more. */
export async function forgetRemains(table: TableClient, registrationId: string): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, registrationId);
  } catch (error) {
    if (!isRowNotFound(error)) throw error;
  }
}
