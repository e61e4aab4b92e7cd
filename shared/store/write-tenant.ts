/** Writes the row of a tenant, each step on the condition that the row has not changed. */
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { generationOf } from '../tenant-id.ts';
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

/** What became of a registration; nothing where the tenant is being deleted. */
export type WrittenTenant = { readonly tenant: Tenant; readonly outcome: 'created' | 'updated' | 'deleting' };

/** Registers a tenant, or changes what is registered; the next run of the Monday mail takes notice of it. */
export function writeTenant(table: TableClient, registration: TenantRegistration, now: Date): Promise<WrittenTenant> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, registration.tenantId);
    if (stored && 'row' in stored) {
      const row = {
        ...tenantToRow(registration),
        ...renewalAfter(stored.row, registration),
        ...withoutDamage(stored.row, now),
      };
      // What is registered is written anew; what else there is of the tenant must be readable for that.
      const tenant = tenantFromRow({ ...stored.row, ...row });
      if (tenant.deletingSince !== null) return { tenant: tenantFromRow(stored.row), outcome: 'deleting' };
      const update: TransactionAction = ['update', { partitionKey, ...row }, 'Merge', { etag: stored.etag }];
      await table.submitTransaction([update, noteChange(now)]);
      return { tenant, outcome: 'updated' };
    }
    const generation = (stored?.removed.generation ?? 0) + 1;
    const row = { ...tenantToRow(registration), generation, registeredAt: now.toISOString() };
    const write: TransactionAction = stored
      ? ['update', { partitionKey, ...row }, 'Replace', { etag: stored.etag }]
      : ['create', { partitionKey, ...row }];
    await table.submitTransaction([write, noteChange(now)]);
    return { tenant: tenantFromRow(row), outcome: 'created' };
  });
}

/** If the placeholders get another form, those that users have are due to be renewed by the sweep. */
function renewalAfter(
  { initialDomain, placeholderSeparator }: TenantRow,
  registration: TenantRegistration,
): Pick<TenantRow, 'placeholderRenewal'> {
  const isSame =
    initialDomain === registration.initialDomain && placeholderSeparator === registration.placeholderSeparator;
  const due: PlaceholderRenewal = { cleanSince: null };
  return isSame ? {} : { placeholderRenewal: JSON.stringify(due) };
}

/** Writes how far the renewal of a tenant's placeholders is, unless their form changed again, or the tenant is gone. */
export function writePlaceholderRenewal(
  table: TableClient,
  { tenantId, registrationId, placeholderRenewal }: Tenant,
  renewal: PlaceholderRenewal | null,
): Promise<void> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, tenantId);
    if (!stored || 'removed' in stored || registrationOf(stored.row) !== registrationId) return;
    const present = tenantFromRow(stored.row);
    const isSame = JSON.stringify(present.placeholderRenewal) === JSON.stringify(placeholderRenewal);
    if (!isSame) return;
    const row = { partitionKey, rowKey: tenantId, placeholderRenewal: renewal ? JSON.stringify(renewal) : '' };
    await table.updateEntity(row, 'Merge', { etag: stored.etag });
  });
}

/** If a refused export cannot be read it is dropped; if the time of registration cannot, it is taken to be now. */
function withoutDamage(row: TenantRow, now: Date): Pick<TenantRow, 'refusedExport' | 'registeredAt'> {
  const damaged = registrationProblems(row).map(({ column }) => column);
  return {
    ...(damaged.includes('refusedExport') ? { refusedExport: '' } : {}),
    ...(damaged.includes('registeredAt') ? { registeredAt: now.toISOString() } : {}),
  };
}

/** Records that an export was refused. The last one stands; of a tenant that is gone nothing is recorded. */
export function recordRefusedExport(
  table: TableClient,
  { tenantId, registrationId }: Tenant,
  refused: RefusedExport,
): Promise<void> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, tenantId);
    if (!stored || 'removed' in stored || registrationOf(stored.row) !== registrationId) return;
    const row = { partitionKey, rowKey: tenantId, refusedExport: JSON.stringify(refused) };
    await table.updateEntity(row, 'Merge', { etag: stored.etag });
  });
}

/** Marks a tenant as being deleted, once and for all; undefined where there is none. */
export function markDeleting(table: TableClient, tenantId: string, now: Date): Promise<Tenant | undefined> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, tenantId);
    if (!stored || 'removed' in stored) return undefined;
    const tenant = tenantFromRow(stored.row);
    if (tenant.deletingSince !== null) return tenant;
    const deletingSince = now.toISOString();
    await table.updateEntity({ partitionKey, rowKey: tenantId, deletingSince }, 'Merge', { etag: stored.etag });
    return { ...tenant, deletingSince };
  });
}

/** Leaves of a tenant that is being deleted no more than how often its id was registered. */
export function markRemoved(table: TableClient, { tenantId, registrationId }: Tenant, now: Date): Promise<void> {
  return untilWon(async () => {
    const stored = await readStoredTenant(table, tenantId);
    // Somebody else has removed it, and the id may have been registered again since.
    if (!stored || 'removed' in stored || registrationOf(stored.row) !== registrationId) return;
    const generation = generationOf(registrationId);
    const row: RemovedRow = { rowKey: tenantId, generation, removedAt: now.toISOString() };
    await table.updateEntity({ partitionKey, ...row }, 'Replace', { etag: stored.etag });
  });
}

/** Does a step that depends on what it reads, and again where somebody else was faster. */
async function untilWon<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!isLostRace(error) || attempt === mostAttempts) throw error;
    }
  }
}
