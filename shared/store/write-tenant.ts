/** Writes the row of a tenant. Each step depends on the ETag of the row, and is repeated if another one was faster. */
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { generationOf, type RegistrationId } from '../tenant-id.ts';
import { noteChange } from './mail-agenda.ts';
import { readStoredTenant } from './read-tenants.ts';
import { registrationProblems } from './registration-problems.ts';
import { isLostRace } from './table.ts';
import {
  type PlaceholderRenewal,
  type RefusedExport,
  registrationOf,
  type RemovedRow,
  type Tenant,
  tenantFromRow,
  type TenantRegistration,
  type TenantRow,
  tenantsPartition as partitionKey,
  tenantToRow,
} from './tenant-row.ts';

const mostAttempts = 10;

/** A tenant as it was written; with the outcome `deleting` nothing was written. */
type WrittenTenant = { readonly tenant: Tenant; readonly outcome: 'created' | 'updated' | 'deleting' };

/** Registers a tenant, or changes its registration, and has the next run of the Monday mail read the tenants again. */
export function writeTenant(table: TableClient, registration: TenantRegistration, now: Date): Promise<WrittenTenant> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, registration.tenantId);
    if (stored && 'row' in stored) return updateTenant(table, stored, { registration, now });
    const generation = (stored?.removed.generation ?? 0) + 1;
    const row = { ...tenantToRow(registration), generation, registeredAt: now.toISOString() };
    const write: TransactionAction = stored
      ? ['update', { partitionKey, ...row }, 'Replace', { etag: stored.etag }]
      : ['create', { partitionKey, ...row }];
    await table.submitTransaction([write, noteChange(now)]);
    return { tenant: tenantFromRow(row), outcome: 'created' };
  });
}

type StoredRow = { readonly row: TenantRow; readonly etag: string };

async function updateTenant(
  table: TableClient,
  stored: StoredRow,
  { registration, now }: { readonly registration: TenantRegistration; readonly now: Date },
): Promise<WrittenTenant> {
  const row = {
    ...tenantToRow(registration),
    ...renewalAfter(stored.row, registration),
    ...withoutDamage(stored.row, now),
  };
  // Registering again repairs the columns of the registration; the other columns must be readable.
  const tenant = tenantFromRow({ ...stored.row, ...row });
  if (tenant.deletingSince !== null) return { tenant: tenantFromRow(stored.row), outcome: 'deleting' };
  const update: TransactionAction = ['update', { partitionKey, ...row }, 'Merge', { etag: stored.etag }];
  await table.submitTransaction([update, noteChange(now)]);
  return { tenant, outcome: 'updated' };
}

/** If the form of placeholders changes, the sweep must renew the placeholders that users have. */
function renewalAfter(
  { initialDomain, placeholderSeparator }: TenantRow,
  registration: TenantRegistration,
): Pick<TenantRow, 'placeholderRenewal'> {
  const isSame =
    initialDomain === registration.initialDomain && placeholderSeparator === registration.placeholderSeparator;
  const due: PlaceholderRenewal = { cleanSince: null };
  return isSame ? {} : { placeholderRenewal: JSON.stringify(due) };
}

/** An unreadable refused export is dropped; an unreadable time of registration becomes now. */
function withoutDamage(row: TenantRow, now: Date): Pick<TenantRow, 'refusedExport' | 'registeredAt'> {
  const damaged = registrationProblems(row).map(({ column }) => column);
  return {
    ...(damaged.includes('refusedExport') ? { refusedExport: '' } : {}),
    ...(damaged.includes('registeredAt') ? { registeredAt: now.toISOString() } : {}),
  };
}

/** Writes the progress of a placeholder renewal, unless the form changed again or the tenant was deleted. */
export function writePlaceholderRenewal(
  table: TableClient,
  tenant: Tenant,
  renewal: PlaceholderRenewal | null,
): Promise<void> {
  return untilWon(async () => {
    const stored = await readRowOf(table, tenant);
    if (!stored) return;
    const present = tenantFromRow(stored.row).placeholderRenewal;
    if (JSON.stringify(present) !== JSON.stringify(tenant.placeholderRenewal)) return;
    const placeholderRenewal = renewal ? JSON.stringify(renewal) : '';
    await merge(table, stored, { placeholderRenewal });
  });
}

/** Records a refused export in place of the one before; does nothing if the tenant was deleted. */
export function recordRefusedExport(table: TableClient, tenant: Tenant, refused: RefusedExport): Promise<void> {
  return untilWon(async () => {
    const stored = await readRowOf(table, tenant);
    if (stored) await merge(table, stored, { refusedExport: JSON.stringify(refused) });
  });
}

/** Marks a tenant as being deleted, which cannot be undone; undefined if there is no such tenant. */
export function markDeleting(table: TableClient, tenantId: string, now: Date): Promise<Tenant | undefined> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, tenantId);
    if (!stored || 'removed' in stored) return undefined;
    const tenant = tenantFromRow(stored.row);
    if (tenant.deletingSince !== null) return tenant;
    const deletingSince = now.toISOString();
    await merge(table, stored, { deletingSince });
    return { ...tenant, deletingSince };
  });
}

/** Marks a tenant as deleted: its row keeps only how often the id was registered. */
export function markRemoved(table: TableClient, tenant: Tenant, now: Date): Promise<void> {
  return untilWon(async () => {
    const stored = await readRowOf(table, tenant);
    if (!stored) return;
    const generation = generationOf(tenant.registrationId);
    const row: RemovedRow = { rowKey: tenant.tenantId, generation, removedAt: now.toISOString() };
    await table.updateEntity({ partitionKey, ...row }, 'Replace', { etag: stored.etag });
  });
}

/** Reads the row of a registration; undefined if it was deleted, also if its id was registered again since. */
async function readRowOf(
  table: TableClient,
  { tenantId, registrationId }: { readonly tenantId: string; readonly registrationId: RegistrationId },
): Promise<StoredRow | undefined> {
  const stored = await readStoredTenant(table, tenantId);
  return stored && 'row' in stored && registrationOf(stored.row) === registrationId ? stored : undefined;
}

async function merge(table: TableClient, { row, etag }: StoredRow, columns: Partial<TenantRow>): Promise<void> {
  await table.updateEntity({ ...columns, partitionKey, rowKey: row.rowKey }, 'Merge', { etag });
}

async function untilWon<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!isLostRace(error) || attempt === mostAttempts) throw error;
    }
  }
}
