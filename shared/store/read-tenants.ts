/** Reads tenants: one by its id, or all of them page by page. */
import { odata, type TableClient } from '@azure/data-tables';
import type { RegistrationId } from '../tenant-id.ts';
import { DamagedRegistration, registrationProblems } from './registration-problems.ts';
import type { ReadRow } from './row.ts';
import { isRowNotFound } from './table.ts';
import {
  isRemoved,
  registrationOf,
  type RemovedRow,
  type Tenant,
  tenantFromRow,
  type TenantRow,
  tenantsPartition as partitionKey,
} from './tenant-row.ts';

/** A tenant's row, whatever it is, and its ETag. */
type Stored = { readonly etag: string } & ({ readonly row: TenantRow } | { readonly removed: RemovedRow });

/**
 * Reads a tenant, also one that is being deleted; undefined where there is none. Throws {@link DamagedRegistration} where
 * its row cannot be read.
 */
export async function readTenant(table: TableClient, tenantId: string): Promise<Tenant | undefined> {
  const stored = await readStoredTenant(table, tenantId);
  return stored && 'row' in stored ? tenantFromRow(stored.row) : undefined;
}

/** A registration as it is stored, whether it can be read or not; `registrationId` is null where nobody can tell it. */
export type StoredRegistration = { readonly row: ReadRow; readonly registrationId: RegistrationId | null };

/** Reads the row of a registered tenant as it is, for who is to judge it; undefined where there is none. */
export async function readRegistration(table: TableClient, tenantId: string): Promise<StoredRegistration | undefined> {
  const stored = await readStoredTenant(table, tenantId);
  if (!stored || 'removed' in stored) return undefined;
  const isNamed = registrationProblems(stored.row).every(({ column }) => column !== 'generation');
  const row = { ...stored.row, etag: stored.etag } as unknown as ReadRow;
  return { row, registrationId: isNamed ? registrationOf(stored.row) : null };
}

/** Reads the row of a tenant. */
export async function readStoredTenant(table: TableClient, tenantId: string): Promise<Stored | undefined> {
  try {
    const row = await table.getEntity<TenantRow | RemovedRow>(partitionKey, tenantId);
    const { etag } = row;
    return isRemoved(row) ? { etag, removed: row } : { etag, row };
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** A page of tenants in the order of their ids, those whose rows cannot be read, and the id after which the next page begins. */
export type TenantPage = {
  readonly tenants: readonly Tenant[];
  readonly damaged: readonly DamagedRegistration[];
  readonly next: string | undefined;
};

/** A registration can have 30,000 characters of recipients. */
const mostTenantsAtOnce = 250;

/** Comes after every id of a tenant, and before what else is in the partition. */
const behindIds = '{';

/** Reads a page of at most 250 tenants, beginning after an id; it is shorter by those that were deleted. */
export async function readTenants(table: TableClient, after: string, pageSize: number): Promise<TenantPage> {
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey gt ${after} and RowKey lt ${behindIds}`;
  const pages = table
    .listEntities<TenantRow | RemovedRow>({ queryOptions: { filter } })
    .byPage({ maxPageSize: Math.min(pageSize, mostTenantsAtOnce) });
  for await (const page of pages) {
    const tenants: Tenant[] = [];
    const damaged: DamagedRegistration[] = [];
    for (const row of page) {
      if (isRemoved(row)) continue;
      const problems = registrationProblems(row);
      if (problems.length === 0) tenants.push(tenantFromRow(row));
      else damaged.push(new DamagedRegistration(row.rowKey, problems));
    }
    return { tenants, damaged, next: page.continuationToken ? page.at(-1)?.rowKey : undefined };
  }
  return { tenants: [], damaged: [], next: undefined };
}

/** Reads all tenants, page by page; tells of each whose row cannot be read, so that it stops no other. */
export async function* allTenants(
  table: TableClient,
  tellDamaged: (damaged: DamagedRegistration) => void,
): AsyncGenerator<Tenant> {
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: TenantPage = await readTenants(table, after, 1000);
    for (const damaged of page.damaged) tellDamaged(damaged);
    yield* page.tenants;
    after = page.next;
  }
}
