/**
 * Tenants: one row each, all in one partition of their own table.
 *
 * A row is registered, being deleted (`deletingSince`), or what is left of a tenant that was deleted (`removedAt`): then
 * it only keeps how often the id was registered, so that the next registration gets a partition that nobody had before.
 * Every step from one to another depends on the row's ETag.
 */
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import type { PlaceholderSeparator } from '../directory/placeholder.ts';
import { generationOf, type RegistrationId, registrationIdOf } from '../tenant-id.ts';
import { noteChange } from './mail-agenda.ts';
import { DamagedRegistration, registrationProblems } from './registration-problems.ts';
import type { ReadRow } from './rows.ts';
import { isLostRace, isRowNotFound } from './table.ts';
import { tenantsPartition as partitionKey } from './tenants-partition.ts';

/** One directory as it is registered: its initial domain, who gets its mails and when, and what its exports may do. */
export type TenantRegistration = {
  readonly tenantId: string;
  readonly initialDomain: string;
  readonly displayName: string | null;
  readonly recipients: readonly string[];
  readonly placeholderSeparator: PlaceholderSeparator;
  /** The name of the time zone that the Monday mail goes by, such as `Europe/Berlin`. */
  readonly mailTimeZone: string;
  /** From which hour on the Monday mail is sent, 0 to 23. */
  readonly mailHour: number;
  /** An export that would delete more objects than this is refused, unless it names their number. */
  readonly accidentalDeletionThreshold: number;
  /** For how many days history, failures and mail records are kept; 0 keeps all. */
  readonly retentionDays: number;
};

/** A tenant: as it is registered, and what became of it since. */
export type Tenant = TenantRegistration & {
  readonly registrationId: RegistrationId;
  /** When it was registered, in ISO 8601; null if that was before it was recorded. */
  readonly registeredAt: string | null;
  /** The last export that was refused because it would have deleted too many objects. */
  readonly refusedExport: RefusedExport | null;
  /** What is left to do since the form of its placeholders changed; null if all have the present form. */
  readonly placeholderRenewal: PlaceholderRenewal | null;
  /** Since when it is being deleted, in ISO 8601: then nothing may be done with it but to delete it further. */
  readonly deletingSince: string | null;
};

/** Users may have placeholders of an earlier form; `cleanSince` is when a scan first found none, in ISO 8601. */
export type PlaceholderRenewal = { readonly cleanSince: string | null };

/** An export that was refused as a whole, and how many objects it would have deleted. `at` in ISO 8601. */
export type RefusedExport = {
  readonly exportId: string;
  readonly at: string;
  readonly deletes: number;
  readonly threshold: number;
  /** The number that the export named; null where it named none. */
  readonly allowDeletes: number | null;
};

type TenantRow = {
  readonly rowKey: string;
  readonly initialDomain: string;
  readonly displayName: string;
  readonly recipients: string;
  readonly placeholderSeparator: string;
  // A row that was written before there were these columns has none.
  readonly mailTimeZone?: string;
  readonly mailHour?: number;
  readonly accidentalDeletionThreshold?: number;
  readonly retentionDays?: number;
  readonly generation?: number;
  readonly registeredAt?: string;
  readonly refusedExport?: string;
  readonly placeholderRenewal?: string;
  readonly deletingSince?: string;
};

type RemovedRow = { readonly rowKey: string; readonly generation: number; readonly removedAt: string };

const mostAttempts = 10;

/** A tenant's row, whatever it is, and its ETag. */
type Stored = { readonly etag: string } & ({ readonly row: TenantRow } | { readonly removed: RemovedRow });

/**
 * Reads a tenant, also one that is being deleted; undefined where there is none. Throws {@link DamagedRegistration} where
 * its row cannot be read.
 */
export async function readTenant(table: TableClient, tenantId: string): Promise<Tenant | undefined> {
  const stored = await readStored(table, tenantId);
  return stored && 'row' in stored ? fromRow(stored.row) : undefined;
}

/** A registration as it is stored, whether it can be read or not; `registrationId` is null where nobody can tell it. */
export type StoredRegistration = { readonly row: ReadRow; readonly registrationId: RegistrationId | null };

/** Reads the row of a registered tenant as it is, for who is to judge it; undefined where there is none. */
export async function readRegistration(table: TableClient, tenantId: string): Promise<StoredRegistration | undefined> {
  const stored = await readStored(table, tenantId);
  if (!stored || 'removed' in stored) return undefined;
  const isNamed = registrationProblems(stored.row).every(({ column }) => column !== 'generation');
  const row = { ...stored.row, etag: stored.etag } as unknown as ReadRow;
  return { row, registrationId: isNamed ? registrationOf(stored.row) : null };
}

async function readStored(table: TableClient, tenantId: string): Promise<Stored | undefined> {
  try {
    const row = await table.getEntity<TenantRow | RemovedRow>(partitionKey, tenantId);
    const { etag } = row;
    return isRemoved(row) ? { etag, removed: row } : { etag, row };
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** What became of a registration; nothing where the tenant is being deleted. */
export type WrittenTenant = { readonly tenant: Tenant; readonly outcome: 'created' | 'updated' | 'deleting' };

/** Registers a tenant, or changes what is registered; the next run of the Monday mail takes notice of it. */
export function writeTenant(table: TableClient, registration: TenantRegistration, now: Date): Promise<WrittenTenant> {
  return untilWon(async () => {
    const stored = await readStored(table, registration.tenantId);
    if (stored && 'row' in stored) {
      const row = {
        ...toRow(registration),
        ...renewalAfter(stored.row, registration),
        ...withoutDamage(stored.row, now),
      };
      // What is registered is written anew; what else there is of the tenant must be readable for that.
      const tenant = fromRow({ ...stored.row, ...row });
      if (tenant.deletingSince !== null) return { tenant: fromRow(stored.row), outcome: 'deleting' };
      const update: TransactionAction = ['update', { partitionKey, ...row }, 'Merge', { etag: stored.etag }];
      await table.submitTransaction([update, noteChange(now)]);
      return { tenant, outcome: 'updated' };
    }
    const generation = (stored?.removed.generation ?? 0) + 1;
    const row = { ...toRow(registration), generation, registeredAt: now.toISOString() };
    const write: TransactionAction = stored
      ? ['update', { partitionKey, ...row }, 'Replace', { etag: stored.etag }]
      : ['create', { partitionKey, ...row }];
    await table.submitTransaction([write, noteChange(now)]);
    return { tenant: fromRow(row), outcome: 'created' };
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
    const stored = await readStored(table, tenantId);
    if (!stored || 'removed' in stored || registrationOf(stored.row) !== registrationId) return;
    const present = fromRow(stored.row);
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
    const stored = await readStored(table, tenantId);
    if (!stored || 'removed' in stored || registrationOf(stored.row) !== registrationId) return;
    const row = { partitionKey, rowKey: tenantId, refusedExport: JSON.stringify(refused) };
    await table.updateEntity(row, 'Merge', { etag: stored.etag });
  });
}

/** Marks a tenant as being deleted, once and for all; undefined where there is none. */
export function markDeleting(table: TableClient, tenantId: string, now: Date): Promise<Tenant | undefined> {
  return untilWon(async () => {
    const stored = await readStored(table, tenantId);
    if (!stored || 'removed' in stored) return undefined;
    const tenant = fromRow(stored.row);
    if (tenant.deletingSince !== null) return tenant;
    const deletingSince = now.toISOString();
    await table.updateEntity({ partitionKey, rowKey: tenantId, deletingSince }, 'Merge', { etag: stored.etag });
    return { ...tenant, deletingSince };
  });
}

/** Leaves of a tenant that is being deleted no more than how often its id was registered. */
export function markRemoved(table: TableClient, { tenantId, registrationId }: Tenant, now: Date): Promise<void> {
  return untilWon(async () => {
    const stored = await readStored(table, tenantId);
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
      if (problems.length === 0) tenants.push(fromRow(row));
      else damaged.push(new DamagedRegistration(row.rowKey, problems));
    }
    return { tenants, damaged, next: page.continuationToken ? page.at(-1)?.rowKey : undefined };
  }
  return { tenants: [], damaged: [], next: undefined };
}

function registrationOf({ rowKey, generation }: TenantRow): RegistrationId {
  return registrationIdOf(rowKey, generation ?? 1);
}

function isRemoved(row: TenantRow | RemovedRow): row is RemovedRow {
  return 'removedAt' in row;
}

function toRow(registration: TenantRegistration): TenantRow {
  // A tenant as it was read may be given: what became of it since is not for its registration to say.
  const { tenantId, initialDomain, displayName, recipients, placeholderSeparator, mailTimeZone, mailHour } =
    registration;
  return {
    rowKey: tenantId,
    initialDomain,
    displayName: displayName ?? '',
    recipients: JSON.stringify(recipients),
    placeholderSeparator,
    mailTimeZone,
    mailHour,
    accidentalDeletionThreshold: registration.accidentalDeletionThreshold,
    retentionDays: registration.retentionDays,
  };
}

function fromRow(row: TenantRow): Tenant {
  const problems = registrationProblems(row);
  if (problems.length > 0) throw new DamagedRegistration(row.rowKey, problems);
  return {
    tenantId: row.rowKey,
    initialDomain: row.initialDomain,
    displayName: row.displayName || null,
    recipients: JSON.parse(row.recipients) as string[],
    placeholderSeparator: row.placeholderSeparator as PlaceholderSeparator,
    mailTimeZone: row.mailTimeZone ?? 'UTC',
    mailHour: row.mailHour ?? 8,
    accidentalDeletionThreshold: row.accidentalDeletionThreshold ?? 500,
    retentionDays: row.retentionDays ?? 400,
    registrationId: registrationOf(row),
    registeredAt: row.registeredAt ?? null,
    refusedExport: row.refusedExport ? (JSON.parse(row.refusedExport) as RefusedExport) : null,
    placeholderRenewal: row.placeholderRenewal ? (JSON.parse(row.placeholderRenewal) as PlaceholderRenewal) : null,
    deletingSince: row.deletingSince ?? null,
  };
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
