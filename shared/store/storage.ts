/** The storage account: its two tables, made when they are first needed. */
import type { TableClient } from '@azure/data-tables';
import type { Partition } from './partition.ts';
import { isTableMissing, noCounts, openTable, type StorageCounts, type StorageLocation } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

export type Storage = {
  /** Gives a table that exists. */
  readonly tenants: () => Promise<TableClient>;
  /** Returns the same table without a request that makes sure that it exists: for those who know what it means if not. */
  readonly tenantsUnmade: () => TableClient;
  /** Gives the partition of a registration of a tenant; its reads and writes are counted into `counts`. */
  readonly partition: (registrationId: RegistrationId, counts?: StorageCounts) => Promise<Partition>;
  /** Makes the tables again when they are next needed, if this failure says that one of them is missing. */
  readonly noteFailure: (error: unknown) => void;
  /** Writes a row that nothing reads, in a transaction as all steps of a tenant are; throws what keeps it from doing so. */
  readonly probeWrite: (now: Date) => Promise<void>;
};

/** The partition of the row that is written to see whether anything can be: no registration has such a name. */
const probePartition = '~health';

const rowsPerTransaction = 100;

/** Opens the storage account. Nothing goes over the wire before a table is first needed. */
export function openStorage(location: StorageLocation): Storage {
  const tenants = openTable(location, 'Tenants');
  const directory = openTable(location, 'Directory');
  let made: Promise<unknown> | undefined;

  async function exist(): Promise<void> {
    made ??= Promise.all([tenants.createTable(), directory.createTable()]);
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  }

  return {
    tenants: async () => (await exist(), tenants),
    tenantsUnmade: () => tenants,
    partition: async (registrationId, counts = noCounts()) => (
      await exist(),
      { table: directory, partitionKey: registrationId, registrationId, counts, rowsPerTransaction }
    ),
    noteFailure: (error) => {
      if (isTableMissing(error)) made = undefined;
    },
    probeWrite: async (now) => {
      await exist();
      const probe = { partitionKey: probePartition, rowKey: 'probe', at: now.toISOString() };
      await directory.submitTransaction([['upsert', probe, 'Replace']]);
    },
  };
}
