/** The storage account: its two tables, created when they are first needed. */
import type { TableClient } from '@azure/data-tables';
import { openOnce } from '../open-once.ts';
import type { Partition } from './partition.ts';
import { isTableMissing, noCounts, openTable, type StorageCounts, type StorageLocation } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

export type Storage = {
  /** Returns the table of tenants, once it exists. */
  readonly tenants: () => Promise<TableClient>;
  /** Returns the same table without making sure that it exists. The caller must handle a missing table. */
  readonly tenantsUnmade: () => TableClient;
  /** Returns the partition of a registration; its reads and writes are counted in `counts`. */
  readonly partition: (registrationId: RegistrationId, counts?: StorageCounts) => Promise<Partition>;
  /** If this error says that a table is missing, has the tables created again when they are next needed. */
  readonly noteFailure: (error: unknown) => void;
  /** Writes a row that nothing reads, in a transaction as for a tenant. Throws if the storage cannot be written. */
  readonly probeWrite: (now: Date) => Promise<void>;
};

/** The partition of the row that `probeWrite` writes: no registration has this id. */
const probePartition = '~health';

const rowsPerTransaction = 100;

/** Opens the storage account. Nothing goes over the wire before a table is first needed. */
export function openStorage(location: StorageLocation): Storage {
  const tenants = openTable(location, 'Tenants');
  const directory = openTable(location, 'Directory');
  const create = (): Promise<unknown> => Promise.all([tenants.createTable(), directory.createTable()]);
  let exist = openOnce(create);

  return {
    tenants: async () => (await exist(), tenants),
    tenantsUnmade: () => tenants,
    partition: async (registrationId, counts = noCounts()) => (
      await exist(),
      { table: directory, partitionKey: registrationId, registrationId, counts, rowsPerTransaction }
    ),
    noteFailure: (error) => {
      if (isTableMissing(error)) exist = openOnce(create);
    },
    probeWrite: async (now) => {
      await exist();
      const probe = { partitionKey: probePartition, rowKey: 'probe', at: now.toISOString() };
      await directory.submitTransaction([['upsert', probe, 'Replace']]);
    },
  };
}
