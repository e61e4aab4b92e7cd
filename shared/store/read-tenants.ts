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

/** The row of a tenant, deleted or not, and its ETag. */
type Stored = { readonly etag: string } & ({ readonly row: TenantRow } | { readonly removed: RemovedRow });

/**
 * Reads a tenant, also one that is being deleted; undefined if there is none. Throws {@link DamagedRegistration} if its row
 * cannot be read.
 */
export async function readTenant(table: TableClient, tenantId: string): Promise<Tenant | undefined> {
  const stored = await readStoredTenant(table, tenantId);
  return stored && 'row' in stored ? tenantFromRow(stored.row) : undefined;
}

/** The row of a registration, damaged or not; `registrationId` is null if the damage hides it. */
export type StoredRegistration = { readonly row: ReadRow; readonly registrationId: RegistrationId | null };

/** Reads the row of a registered tenant without checking it, for an audit; undefined if there is none. */
export async function readRegistration(table: TableClient, tenantId: string): Promise<StoredRegistration | undefined> {
  const stored = await readStoredTenant(table, tenantId);
  if (!stored || 'removed' in stored) return undefined;
  const isNamed = registrationProblems(stored.row).every(({ column }) => column !== 'generation');
  const row = { ...stored.row, etag: stored.etag } as unknown as ReadRow;
  return { row, registrationId: isNamed ? registrationOf(stored.row) : null };
}

/** Reads the row of a tenant, deleted or not; undefined if the id was never registered. */
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

/** A page of tenants by their ids, the tenants with unreadable rows, and the id after which the next page begins. */
type TenantPage = {
  readonly tenants: readonly Tenant[];
  readonly damaged: readonly DamagedRegistration[];
  readonly next: string | undefined;
};

/** Limits the memory of a page: a registration can have 30,000 characters of recipients. */
const mostTenantsAtOnce = 250;

/** Sorted after every id of a tenant, and before the other rows of the partition. */
const behindIds = '{';

/** Reads a page of at most 250 tenants after an id. It is shorter if tenants were deleted. */
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

/** Reads all tenants, page by page. A tenant whose row cannot be read is passed to `onDamaged` and stops no other. */
export async function* allTenants(
  table: TableClient,
  onDamaged: (damaged: DamagedRegistration) => void,
): AsyncGenerator<Tenant> {
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: TenantPage = await readTenants(table, after, 1000);
    for (const damaged of page.damaged) onDamaged(damaged);
    yield* page.tenants;
    after = page.next;
  }
}
